"""What a year of a customer costs: people join, sign in, order, are billed and pay on a whole installation, APIs and
workers apart. Behind docs/capacity.md."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import httpx

from bench.figures import BenchResult, Figure
from bench.installation import BenchInstallation, answers
from bench.spending import Meter, Spent
from deploy.business_time import set_offset
from deploy.cli.initialising import initialise
from deploy.demo import companies
from deploy.demo.catalogue import PRODUCTS, Product
from deploy.demo.companies import Contact, Customer, Order
from deploy.demo.history import History
from deploy.demo.person import UNUSED, Person, Site
from deploy.environment import SERVICES
from deploy.local.processes import ChildProcess, free_port, wait_until
from deploy.local.stack import MAIL_CATCHER
from shared.clock import Clock
from shared.language import DEFAULT_TAG

ORDERS = 4
"""Of each customer; each makes a service, and a line of every invoice."""
INVOICED_ON = (89, 58, 27)
"""Days ago, each a month after the one before."""
FIRST_DAY = 120
AT_ONCE = 6
LISTS = (
    "/api/billing/invoices",
    "/api/billing/subscriptions",
    "/api/provisioning/services",
    "/api/provisioning/orders",
    "/api/audit/entries",
)
ROUNDS = 4
"""How often a customer reads each of the lists."""
CIRCUIT = {"a_end": "ams", "z_end": "fra", "bandwidth_mbps": 500}
NO_WAIT = {"step_seconds": 0}


class ByService(httpx.AsyncHTTPTransport):
    """Sends each request to the API that its path names, as a gateway does."""

    def __init__(self, ports: dict[str, int]) -> None:
        super().__init__(limits=httpx.Limits(max_keepalive_connections=0))  # a busy API may close an idle one
        self.ports = ports

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        service = request.url.path.split("/")[2]
        request.url = request.url.copy_with(host="127.0.0.1", port=self.ports[service])
        return await super().handle_async_request(request)


class Year(History):
    """Customers that buy one product from the provider."""

    count: int

    async def found(self) -> None:
        """The catalogue: one product, which is there as soon as it is ordered."""
        self.go_to(FIRST_DAY)
        robin = await self._signed_in(companies.ROBIN.address)
        product = self._product()
        made = await robin.post("/api/provisioning/products", product.as_body())
        for plan in product.plans:
            await robin.post("/api/billing/plans", plan.as_body(made["id"]))
        self.products[product.key] = made

    @staticmethod
    def _product() -> Product:
        [circuit] = [each for each in PRODUCTS if each.key == "virtual-circuit"]
        return replace(circuit, driver_options=NO_WAIT)

    @property
    def customers(self) -> list[Customer]:
        return [
            Customer(f"Customer {n}", Contact(f"admin-{n}@northwind.example", f"Ana Brandt {n}"), last_seen=0,
                     street="1 Harbour Road", city="Hamburg", direct=True)
            for n in range(self.count)
        ]  # fmt: skip

    @property
    def admins(self) -> list[Person]:
        return [self.people[each.admin.address] for each in self.customers if each.admin]

    async def join(self) -> None:
        await together(self._join(customer) for customer in self.customers)

    async def _join(self, customer: Customer) -> None:
        """As `_bring`, which would add a contact whose mails come back."""
        assert customer.admin is not None
        robin = self.people[companies.ROBIN.address]
        made = await robin.post("/api/identity/customers", {"display_name": customer.name})
        contact = {"address": customer.admin.address, "display_name": customer.admin.name}
        await robin.put(f"/api/identity/customers/{made['id']}/contact", contact)
        invited_at = datetime.now(UTC)
        await robin.post(f"/api/identity/customers/{made['id']}/invite", {"role": "admin"})
        await self._say_where_invoices_go(customer, await self._invited(customer.admin.address, invited_at))

    async def sign_in(self) -> None:
        await together(admin.sign_in() for admin in self.admins)

    async def order(self) -> None:
        for number in range(ORDERS):
            wanted = Order(0, "virtual-circuit", f"Circuit {number + 1}", CIRCUIT)
            await together(self._order(admin, wanted) for admin in self.admins)

    async def invoice(self) -> None:
        for day in INVOICED_ON:
            self.go_to(day)
            await together(self._until_billed(admin) for admin in self.admins)

    async def pay(self) -> None:
        await together(self._pay(admin) for admin in self.admins)

    async def read(self) -> None:
        await together(self._read(admin) for admin in self.admins)

    @staticmethod
    async def _read(admin: Person) -> None:
        for path in LISTS * ROUNDS:
            await admin.get(path, limit=20)


async def together(deeds: Iterable[Awaitable[None]]) -> None:
    """All of them, some at a time."""
    room = asyncio.Semaphore(AT_ONCE)

    async def one(deed: Awaitable[None]) -> None:
        async with room:
            await deed

    await asyncio.gather(*(one(deed) for deed in deeds))


async def run(installed: BenchInstallation) -> BenchResult:
    measured = await installed.with_own_databases("year")
    count = 40 if installed.sizes.explained else 2
    with tempfile.TemporaryDirectory(prefix="portico-year-") as folder:
        clock = Path(folder) / "clock.json"
        settings = {"PORTICO_DEMO": "1", "PORTICO_CLOCK_FILE": str(clock), "PORTICO_FILES_DIR": f"{folder}/files"}
        settings["PORTICO_SMTP_URL"] = f"smtp://127.0.0.1:{measured.stack.smtp_port}"
        with processes(measured, settings) as children:
            meter = Meter(measured, children, Path(folder) / "files")
            async with _opened(measured) as site:
                return BenchResult("customer-year", await _figures(measured, meter, site, clock, count))


async def _figures(
    installed: BenchInstallation, meter: Meter, site: Site, clock: Path, count: int
) -> list[Figure]:  # fmt: skip
    year = Year(site, installed.stack.environment["PORTICO_PUBLIC_URL"], partial(_go_to, clock), Clock(clock).now)
    year.count = count
    first_day = datetime.now(UTC) - timedelta(days=FIRST_DAY)
    with installed.in_environment("identity"):
        provider = companies.PROVIDER_NAME, companies.PROVIDER_SLUG, DEFAULT_TAG
        await initialise(*provider, companies.ROBIN.address, companies.ROBIN.name, first_day)
    await year.found()
    await meter.rest(installed.sizes.idle_seconds * 5)
    deeds: dict[str, tuple[int, Callable[[], Awaitable[None]]]] = {
        "a customer who joins": (count, year.join),
        "a sign-in by mail": (count, year.sign_in),
        "an order": (count * ORDERS, year.order),
        f"an invoice of {ORDERS} lines": (count * len(INVOICED_ON), year.invoice),
        "a payment": (count * len(INVOICED_ON), year.pay),
        "a list": (count * len(LISTS) * ROUNDS, year.read),
    }
    figures = []
    for name, (times, deed) in deeds.items():
        figures += _of_deed(name, await meter.spent(deed, times))
    return [*meter.resting(), *figures, *await meter.standing()]


def _of_deed(name: str, spent: Spent) -> list[Figure]:
    return [
        Figure(f"{name}, processor time", sum(spent.milliseconds.values()), "ms", behind=_told(spent.milliseconds)),
        Figure(f"{name}, on disk", sum(spent.kibibytes.values()), "KiB", behind=_told(spent.kibibytes)),
        Figure(f"{name}, passing through", sum(spent.passing.values()), "KiB", behind=_told(spent.passing)),
        Figure(f"{name}, events", sum(spent.events.values()), "events", behind=_told(spent.events)),
    ]  # fmt: skip


def _told(parts: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:.2f}" for name, value in parts.items())


def _go_to(clock: Path, days_ago: int) -> None:
    set_offset(clock, -timedelta(days=days_ago))


@asynccontextmanager
async def _opened(installed: BenchInstallation) -> AsyncIterator[Site]:
    transport = ByService(installed.stack.ports)
    async with (
        httpx.AsyncClient(base_url="http://127.0.0.1", timeout=300, transport=transport) as http,
        httpx.AsyncClient(base_url=installed.stack.mail_url, timeout=30, limits=UNUSED) as mail,
    ):
        yield Site(http, mail)


@contextmanager
def processes(installed: BenchInstallation, settings: dict[str, str]) -> Iterator[dict[str, ChildProcess]]:
    """The portal, the services' APIs, and beside each a worker, by the names of docker-compose.yml."""
    with ExitStack() as stack:
        stack.enter_context(installed.running(MAIL_CATCHER))
        children, ports = {}, {}
        for name in (*SERVICES, "portal"):
            kinds = {name: ["--api"], f"{name}-worker": ["--worker"]} if name in SERVICES else {name: []}
            for process, option in kinds.items():
                ports[process] = installed.stack.ports.get(process) or free_port()
                module = ["deploy.cli", "serve", name, *option]
                children[process] = installed.beginning(process, module, ports[process], settings)
                stack.callback(children[process].stop)
        for process, child in children.items():
            wait_until(child, partial(answers, ports[process]), 90)
        yield children
