"""Every linked page, for each kind of user: it loads, is accessible, fits the window, and logs no error. So is what it
opens."""

import asyncio
import re
from collections import deque
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect

from deploy.demo import companies
from tests.browser.browsers import Browsers, sign_in
from tests.browser.openers import Openers
from tests.browser.styles import check_styles

ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
FILE = re.compile(r"/pdf$|/file$|\.json$|^/api/|/downloads/(files|releases)/")
"""What a link leads to that is no page."""
LOOKS = [("dark", 1280), ("light", 390)]
"""Both themes and both widths, but not each combination."""
PEOPLE = {"partner": companies.ANA.address, "customer": "priya@halcyon.example", "provider": companies.ROBIN.address}
OWN = {
    "partner": "/w/meridian-partners/",
    "customer": "/w/halcyon-health/",
    "provider": f"/w/{companies.PROVIDER_SLUG}/",
}
"""Pages of other workspaces ask first whether one goes on there."""
FEWEST_PAGES = {"partner": 12, "customer": 14, "provider": 11}


def kind_of_page(path: str) -> str:
    """Paths that differ only in an id, a product, a site, a service or the query are one kind of page."""
    without_query = path.partition("?")[0]
    of_product = re.sub(r"/products/(?!(?:new|import)$)[^/]+", "/products/…", ID.sub("…", without_query))
    of_site = re.sub(r"/sites/(?!new$)[^/]+", "/sites/…", of_product)
    return re.sub(r"/(orders/new|events|mails)/[^/]+$", r"/\1/…", of_site)


def picture_of(path: str) -> str:
    """The name of the page's picture."""
    return kind_of_page(path).strip("/").replace("/", "-").replace("…", "one") or "start"


async def links(page: Page) -> list[str]:
    found: list[str] = await page.eval_on_selector_all(
        "a[href]", "all => all.filter(a => a.origin === location.origin).map(a => a.pathname + a.search)"
    )
    return [path for path in found if not FILE.search(path)]


async def one_of_each_kind(page: Page) -> AsyncIterator[str]:
    """A page per kind, by the links of the others: whoever gets one opens it before the next."""
    waiting, seen = deque(["/"]), set[str]()
    while waiting:
        path = waiting.popleft()
        if kind_of_page(path) not in seen:
            seen.add(kind_of_page(path))
            yield path
            waiting.extend(await links(page))


@pytest.fixture(scope="module")
def openers(session_browsers: Browsers) -> Openers:
    return Openers(session_browsers)


async def look_at(browsers: Browsers, page: Page, path: str, who: str) -> None:
    answer = await page.goto(path)
    assert answer is not None
    asks_first = path.startswith("/w/") and not path.startswith(OWN.get(who, path))
    assert answer.status == (409 if asks_first else 200), path
    await check_styles(page)
    for theme, width in LOOKS:
        await page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        await page.set_viewport_size({"width": width, "height": 800})
        await browsers.check(page)
        await browsers.picture(page, f"{who}-{picture_of(path)}-{width}-{theme}")
    await page.set_viewport_size({"width": 320, "height": 700})
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), f"{path} at 320 px"


async def walk(browsers: Browsers, openers: Openers, page: Page, who: str) -> list[str]:
    """Look at a page of each kind. Returns their paths."""
    seen = []
    async for path in one_of_each_kind(page):
        seen.append(path)
        await look_at(browsers, page, path, who)
        await openers.look_at(page)
    return seen


@pytest.mark.timeout(2400)
async def test_every_page_that_a_link_leads_to(browsers: Browsers, openers: Openers) -> None:
    """All at once, since each waits most of the time for a browser that uses one processor."""
    pages = {who: await browsers.open(address) for who, address in PEOPLE.items()}
    async with asyncio.TaskGroup() as group:
        walks = {who: group.create_task(walk(browsers, openers, page, who)) for who, page in pages.items()}

    for who, walked in walks.items():
        assert len(walked.result()) >= FEWEST_PAGES[who], sorted(walked.result())
    assert "\n".join(openers.wrong) == ""
    assert {"details", "dialog", "div", "span"} <= set(openers.opened), openers.opened


async def test_the_pages_before_signing_in(browsers: Browsers) -> None:
    page = await browsers.open()

    await look_at(browsers, page, "/sign-in", "nobody")
    await look_at(browsers, page, "/sign-in/verify?c=00000000-0000-4000-8000-000000000000&t=none", "nobody")

    answer = await page.goto("/nowhere")
    assert answer is not None
    assert answer.status == 404


async def test_signing_in_and_looking_around_needs_no_script(browsers: Browsers) -> None:
    page = await browsers.open(java_script_enabled=False)

    await sign_in(browsers, page, PEOPLE["customer"])
    await page.get_by_role("link", name="Services", exact=True).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Services")
    await expect(page.locator("html")).not_to_have_attribute("data-bs-theme", "dark")
    await page.locator("summary", has_text="Your menu").click()
    await page.get_by_role("button", name="Dark").click()

    await expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Services")


async def test_the_keyboard_alone_reaches_the_review_of_an_order(browsers: Browsers) -> None:
    page = await browsers.open(PEOPLE["customer"])
    await page.goto("/")

    await page.keyboard.press("Tab")
    skip = await page.evaluate("document.activeElement.textContent")
    await page.get_by_role("link", name="Order a service").focus()
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/orders/new")
    await page.locator(".offer").first.focus()
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/orders/new/*")
    await page.get_by_role("button", name="Review the order").focus()
    await page.keyboard.press("Enter")

    await page.get_by_role("heading", level=1, name="Review the order").wait_for()
    assert skip == "Skip to content"
