import os
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, async_playwright

from deploy.local.chromium import find_chromium
from tests.browser.browser_user import BrowserUser, OpenBrowser
from tests.browser.browsers import Browsers
from tests.harness.installation import Installation

ARGUMENTS = [
    "--no-sandbox",  # Chromium refuses to run as root otherwise, and containers run tests as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """The system's Chromium: `playwright install` is not needed."""
    path = os.environ.get("PORTICO_CHROMIUM") or find_chromium()
    assert path, "The browser tests need Chromium: sudo apt-get install chromium"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        await browser.close()


@pytest.fixture(scope="session")
def session_browsers(chromium: Browser, installed: Installation) -> Browsers:
    return Browsers(chromium, installed)


@pytest.fixture
async def browsers(session_browsers: Browsers) -> AsyncIterator[Browsers]:
    """Fails the test if a page logged an error, for example about its content security policy."""
    session_browsers.page_errors.clear()
    yield session_browsers
    for context in session_browsers.chromium.contexts:
        await context.close()
    assert not session_browsers.page_errors, "\n".join(session_browsers.page_errors)


@pytest.fixture
def open_browser(browsers: Browsers) -> OpenBrowser:
    """``await open_browser()``: a person with a fresh browser."""

    async def opened() -> BrowserUser:
        return BrowserUser(browsers, await browsers.open())

    return opened
