"""`make pictures`: every page and state in both languages, themes and widths, in test-results/pictures, for people to
look at."""

import asyncio
import os
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from playwright.async_api import Page, async_playwright

from deploy.local.chromium import find_chromium
from tests.browser.browser_user import AT_REST
from tests.browser.browsers import PICTURES, Browsers
from tests.browser.openers import THEMES, WIDTHS, new_openers_of, open_by
from tests.browser.test_every_page import PEOPLE, one_of_each_kind, picture_of
from tests.browser.test_pages_without_a_service import without
from tests.harness.installation import Installation, installation

LANGUAGES = ("en-GB", "de-DE")
LOOKS = [(width, theme) for width in WIDTHS for theme in THEMES]


@dataclass(frozen=True)
class State:
    """What a link alone does not lead to: a page, and what is done there first."""

    name: str
    who: str | None
    path: str
    do: Callable[[Page], Awaitable[object]] | None = None


def _send(page: Page) -> Awaitable[object]:
    return page.locator("main form .form-actions button[type=submit]").first.click()


STATES = [
    State("sign-in", None, "/sign-in"),
    State("sign-in-link", None, "/sign-in/verify?c=00000000-0000-4000-8000-000000000000&t=none"),
    State("invitation-unusable", None, "/invite?t=none"),
    State("not-found", "customer", "/nowhere"),
    State("another-workspace", "partner", "/w/halcyon-health/services"),
    State("list-filtered-empty", "customer", "/w/halcyon-health/services?q=zzzz"),
    State("users-filtered-empty", "partner", "/w/meridian-partners/users?q=zzzz"),
    State("form-refused", "partner", "/partner/meridian-partners/customers/new", _send),
    State("contact-refused", "customer", "/w/halcyon-health/contacts/new", _send),
]
WITHOUT_A_SERVICE = {
    "identity": ["users"],
    "billing": ["", "services", "billing", "billing/invoices"],
    "provisioning": ["", "services"],
    "audit": ["", "audit"],
}
"""What a customer's page looks like while a service does not run."""


async def take(page: Page, folder: str, name: str) -> None:
    (PICTURES / folder).mkdir(parents=True, exist_ok=True)
    for width, theme in LOOKS:
        await page.emulate_media(color_scheme=theme)
        await page.set_viewport_size({"width": width, "height": 900})
        await page.evaluate(AT_REST)
        await page.screenshot(path=PICTURES / folder / f"{name}-{width}-{theme}.png", full_page=True)


async def choose(browsers: Browsers, who: str, language: str) -> None:
    """Set the person's language, which counts more than the browser's."""
    page = await browsers.open(PEOPLE[who])
    await page.goto("/me")
    await page.locator("[name=locale]").select_option(language)
    await page.locator("main form button[type=submit]").last.click()
    await page.locator(f"html[lang={language}]").wait_for()
    await page.context.close()


async def pages_of(browsers: Browsers, who: str, language: str, seen: set[str]) -> int:
    """Follow every link, one page per kind, and open what is closed there and was not ``seen`` yet."""
    page = await browsers.open(PEOPLE[who])
    count = 0
    async for path in one_of_each_kind(page):
        count += 1
        await page.goto(path)
        await take(page, language, f"{who}-{picture_of(path)}")
        await take_opened(page, language, f"{who}-{picture_of(path)}", seen)
    await page.context.close()
    return count


async def take_opened(page: Page, folder: str, name: str, seen: set[str]) -> None:
    """Menus, dialogs and the like, each shape once per width: what is in the window, in both themes."""
    number = 0
    async for opener, width in new_openers_of(page, seen):
        number += 1
        await open_by(page, opener)
        for theme in THEMES:
            await page.emulate_media(color_scheme=theme)
            await page.evaluate(AT_REST)
            await page.screenshot(path=PICTURES / folder / f"{name}-opened-{number}-{width}-{theme}.png")


async def without_services(browsers: Browsers, installed: Installation, language: str) -> int:
    """The sections and pages that say what cannot be shown."""
    page = await browsers.open(PEOPLE["customer"])
    workspace = "/w/halcyon-health/"
    for service, paths in WITHOUT_A_SERVICE.items():
        async with without(installed.stack, service, "stopped"):
            for path in paths:
                await page.goto(workspace + path)
                await take(page, language, f"without-{service}-{picture_of(workspace + path)}")
    await page.context.close()
    return sum(map(len, WITHOUT_A_SERVICE.values()))


async def states(browsers: Browsers, language: str) -> int:
    for state in STATES:
        page = await browsers.open(state.who and PEOPLE[state.who], extra_http_headers={"Accept-Language": language})
        await page.goto(state.path)
        if state.do is not None:
            await state.do(page)
            await page.wait_for_load_state()
        await take(page, language, f"state-{state.name}")
        await page.context.close()
    return len(STATES)


async def main() -> None:
    shutil.rmtree(PICTURES, ignore_errors=True)
    async with installation() as installed, async_playwright() as playwright:
        chromium = await playwright.chromium.launch(
            executable_path=os.environ.get("PORTICO_CHROMIUM") or find_chromium(), args=["--no-sandbox"]
        )
        browsers = Browsers(chromium, installed)
        for language in LANGUAGES:
            for who in PEOPLE:
                await choose(browsers, who, language)
            count = await states(browsers, language)
            seen: set[str] = set()
            for who in PEOPLE:
                count += await pages_of(browsers, who, language, seen)
            count += await without_services(browsers, installed, language)
            print(f"{language}: {count} pages and states, {count * len(LOOKS)} pictures in {PICTURES / language}")


if __name__ == "__main__":
    asyncio.run(main())
