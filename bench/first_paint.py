"""The first paint of pages in Chromium, over a slow network and on a slow processor, with nothing in its cache."""

from collections.abc import Awaitable, Callable
from functools import partial
from statistics import median

from playwright.async_api import Browser as Chromium
from playwright.async_api import async_playwright
from pydantic import SecretStr

from bench.company import add_company, add_products
from bench.figures import BenchResult, Figure, interleaved
from bench.installation import BenchInstallation
from bench.people import Person
from deploy.environment import setting
from deploy.local.chromium import find_chromium
from deploy.local.processes import CouldNotStart
from services.portal.browser import COOKIE, Browser, Seal

SLOW_4G = {
    "offline": False,
    "latency": 562.5,  # milliseconds per request
    "downloadThroughput": 184_320,  # bytes per second
    "uploadThroughput": 84_375,
}
"""As Lighthouse's "slow 4G" does it: 1.6 Mbit/s down, 0.75 Mbit/s up, and 150 ms to and fro."""
SLOWER_PROCESSOR = 4
PAINTED = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
LIMIT = 1.5


async def run(installed: BenchInstallation) -> BenchResult:
    company = await add_company(installed, installed.sizes.rows, await add_products(installed, 10))
    path = find_chromium()
    if path is None:
        raise CouldNotStart("The first paint needs Chromium: sudo apt-get install chromium")
    paths = {
        "sign-in": (None, "/sign-in"),
        "overview": (company.admin, "/w/{}/"),
        "services": (company.admin, "/w/{}/services"),
        "invoices": (company.admin, "/w/{}/billing/invoices"),
        "customers": (company.partner, "/partner/{}/customers"),
    }
    with installed.serving_apis():
        async with async_playwright() as playwright:
            chromium = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
            subjects: dict[str, Callable[[], Awaitable[float]]] = {
                name: partial(first_paint, chromium, installed.stack.url("portal"), page, person)
                for name, (person, page) in paths.items()
            }
            if installed.sizes.warmed:
                for warm_up in subjects.values():
                    await warm_up()
            found = await interleaved(installed.sizes.page_rounds, subjects)
            await chromium.close()
    # Three quarters of it is the network, which is as slow everywhere; so the limit does not move with the processor.
    figures = [Figure(f"first paint of {name}", median(seconds), "s", at_most=LIMIT) for name, seconds in found.items()]
    return BenchResult("first paint", figures)


async def first_paint(chromium: Chromium, url: str, path: str, person: Person | None) -> float:
    """Seconds from the navigation to the first text."""
    context = await chromium.new_context(viewport={"width": 390, "height": 844})
    if person is not None:
        path = path.format(person.workspace.slug)
        cookie = Seal(SecretStr(setting("PORTICO_COOKIE_KEY"))).close(Browser(session=person.session))
        await context.add_cookies(
            [{"name": COOKIE, "value": cookie, "domain": "localhost", "path": "/", "secure": True}]
        )
    page = await context.new_page()
    session = await context.new_cdp_session(page)
    await session.send("Network.enable")
    await session.send("Network.emulateNetworkConditions", SLOW_4G)
    await session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER_PROCESSOR})
    answer = await page.goto(url + path, wait_until="load")
    assert answer is not None
    assert answer.ok, f"{path}: {answer.status}"
    painted: float = await page.evaluate(PAINTED)
    await context.close()
    return painted / 1000
