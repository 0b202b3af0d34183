"""Pages of the portal: the processor time of all processes per page, beside one API list of the same run."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from statistics import median

import httpx
from pydantic import SecretStr

from bench.company import Company, add_company, add_products
from bench.figures import BenchResult, Figure, interleaved, ratio
from bench.http_load import Task, ask
from bench.installation import BenchInstallation
from bench.machine import cpu_seconds
from bench.people import Person
from deploy.environment import setting
from deploy.local.processes import ChildProcess
from services.portal.browser import COOKIE, Browser, Seal
from services.portal.inlined import STYLES_COOKIE, Inlined
from services.portal.static_files import StaticFiles

LIST = "/api/billing/invoices?limit=20"
NOT_READY = 'class="section-state'
PRODUCTS = 10
OF_PRODUCTS = ("products", "service", "order form")
"""The pages that read the catalogue."""
MANY, VERY_MANY = 5, 50
"""How many times as much the larger companies have. In both a page is full."""
MOST, MIDDLE = 14.0, 9.0
"""The limits of every page and of the median page, in lists."""
GROWTH = 1.25


@dataclass(frozen=True)
class Cost:
    """Milliseconds of processor time per page, by process, and pages per second."""

    by_process: Mapping[str, float]
    rate: float

    @property
    def total(self) -> float:
        return sum(self.by_process.values())


Measure = Callable[[], Awaitable[Cost]]


async def run(installed: BenchInstallation) -> BenchResult:
    product_id = await add_products(installed, PRODUCTS)
    sizes = [installed.sizes.rows * times for times in (1, MANY, VERY_MANY)]
    small, many, very_many = [await add_company(installed, size, product_id) for size in sizes]
    with installed.serving_apis() as children:
        async with httpx.AsyncClient(base_url=installed.stack.url("identity")) as identity:
            reading = Reading(installed, identity, children)
            pages = {company.size: await reading.opened(company) for company in (small, many, very_many)}
            one = reading.of_list(small.admin)
            beside = {name: partial(_beside, one, page) for name, page in pages[small.size].items()}
            found = await interleaved(installed.sizes.page_rounds, beside)
            rows = {
                name: await _growth(installed, page, pages[many.size][name])
                for name, page in pages[very_many.size].items()
                if name not in OF_PRODUCTS
            }
            of_products = {name: pages[small.size][name] for name in OF_PRODUCTS}
            await add_products(installed, installed.sizes.products)
            few = await interleaved(installed.sizes.page_rounds, of_products)
            await add_products(installed, (PRODUCTS + installed.sizes.products) * (VERY_MANY // MANY - 1))
            more = await interleaved(installed.sizes.page_rounds, of_products)
    products = {name: median(_totals(more[name])) / median(_totals(few[name])) for name in OF_PRODUCTS}
    return BenchResult("pages", [*_costs(found), _worst("rows", rows), _worst("products", products)])


class UnusablePage(Exception):
    """A page did not show everything, so that its cost means nothing."""


class Reading:
    """Opens pages as a browser does that has been here before: with its cookies, compression, and the style sheets."""

    def __init__(
        self, installed: BenchInstallation, identity: httpx.AsyncClient, children: Mapping[str, ChildProcess]
    ) -> None:
        self._identity, self._children = identity, children
        self._seconds, self._billing = installed.sizes.page_seconds, installed.stack.ports["billing"]
        self._portal = httpx.URL(installed.stack.url("portal"))
        self._seal = Seal(SecretStr(setting("PORTICO_COOKIE_KEY")))
        self._styles = f"{STYLES_COOKIE}={Inlined(StaticFiles()).version}"

    def of_list(self, person: Person) -> Measure:
        async def measure() -> Cost:
            return await self._measure(Task(self._billing, LIST, self._seconds, await person.token(self._identity)))

        return measure

    async def opened(self, company: Company) -> dict[str, Measure]:
        """The company's pages, each of which was opened once: the services have fetched the people's grants, and every
        section is there."""
        own, partner, provider = company.admin, company.partner, company.provider
        paths = {
            "overview": (own, "/w/{}/"),
            "customers": (partner, "/partner/{}/customers"),
            "users": (own, "/w/{}/users"),
            "invoices": (own, "/w/{}/billing/invoices"),
            "billing summary": (own, "/w/{}/billing"),
            "services": (own, "/w/{}/services"),
            "service": (own, f"/w/{{}}/services/{company.id('service')}"),
            "order form": (own, "/w/{}/orders/new"),
            "products": (provider, "/provider/{}/products"),
            "audit": (own, "/w/{}/audit"),
        }
        tasks = {name: self._page(path.format(person.workspace.slug), person) for name, (person, path) in paths.items()}
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{self._portal.port}", timeout=30) as browser:
            for task in tasks.values():
                answer = await browser.get(task.path, headers={"Host": task.host, **task.headers})
                if answer.status_code != HTTPStatus.OK or NOT_READY in answer.text:
                    raise UnusablePage(f"{task.path}: {answer.status_code} {answer.text}")
        return {name: partial(self._measure, task) for name, task in tasks.items()}

    def _page(self, path: str, person: Person) -> Task:
        headers = {
            "Cookie": f"{COOKIE}={self._seal.close(Browser(session=person.session))}; {self._styles}",
            "Accept-Encoding": "gzip, deflate, br, zstd",
            "Accept-Language": "en-GB,en;q=0.8",
            "Sec-Fetch-Mode": "navigate",
        }
        return Task(self._portal.port or 80, path, self._seconds, host=self._portal.netloc.decode(), headers=headers)

    async def _measure(self, task: Task) -> Cost:
        before = self._spent()
        tally = await ask(task)  # in this process: starting another one takes as long as the measurement
        after = self._spent()
        spent = {name: (after[name] - before[name]) / tally.answers * 1000 for name in after}
        return Cost(spent, tally.rate)

    def _spent(self) -> dict[str, float]:
        return {name: cpu_seconds(child.process.pid) for name, child in self._children.items()}


async def _growth(installed: BenchInstallation, very_many: Measure, many: Measure) -> float:
    found = await interleaved(installed.sizes.page_rounds, {"very many": very_many, "many": many})
    return ratio(_totals(found["very many"]), to=_totals(found["many"]))


async def _beside(one: Measure, page: Measure) -> tuple[Cost, Cost]:
    """A list and a page, one right after the other: what else the machine does may change within a second."""
    return await one(), await page()


def _costs(found: dict[str, list[tuple[Cost, Cost]]]) -> list[Figure]:
    lists = {name: [one.total for one, _ in turns] for name, turns in found.items()}
    pages = {name: [page for _, page in turns] for name, turns in found.items()}
    ratios = {name: ratio(_totals(pages[name]), to=lists[name]) for name in found}
    rate = median(cost.rate for cost in pages["overview"])
    return [
        *(Figure(f"{name} / one list", ratios[name], at_most=MOST, behind=_behind(pages[name])) for name in found),
        Figure("the median page / one list", median(ratios.values()), at_most=MIDDLE,
               behind=f"one list {median(one for turns in lists.values() for one in turns):.2f} ms"),
        Figure("overviews with eight connections", rate, "per second"),
    ]  # fmt: skip


def _worst(things: str, ratios: dict[str, float]) -> Figure:
    behind = ", ".join(f"{page} {value:.2f}" for page, value in ratios.items())
    name = f"with {VERY_MANY // MANY} x the {things}, the page that grows most"
    return Figure(name, max(ratios.values()), at_most=GROWTH, behind=behind)


def _totals(costs: list[Cost]) -> list[float]:
    return [cost.total for cost in costs]


def _behind(costs: list[Cost]) -> str:
    parts = {name: median(cost.by_process[name] for cost in costs) for name in costs[0].by_process}
    spent = ", ".join(f"{name} {value:.2f}" for name, value in parts.items() if value >= 0.05)
    return f"{median(_totals(costs)):.2f} ms: {spent}; {median(cost.rate for cost in costs):.0f}/s"
