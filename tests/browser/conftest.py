import os
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, async_playwright

from deploy.local.chromium import find_chromium
from tests.browser.desk import Desk
from tests.browser.visitor import Visit, Visitor
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
    """The system's: `playwright install` is not needed."""
    path = os.environ.get("PORTICO_CHROMIUM") or find_chromium()
    assert path, "The browser tests need Chromium: sudo apt-get install chromium"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        await browser.close()


@pytest.fixture(scope="session")
def desks(chromium: Browser, installed: Installation) -> Desk:
    return Desk(chromium, installed)


@pytest.fixture
async def desk(desks: Desk) -> AsyncIterator[Desk]:
    """Fails the test when a page complained, as about its content security policy."""
    desks.complaints.clear()
    yield desks
    for context in desks.chromium.contexts:
        await context.close()
    assert desks.complaints == []


@pytest.fixture
def visit(desk: Desk) -> Visit:
    """``await visit()``: somebody with a fresh browser."""

    async def come() -> Visitor:
        return Visitor(desk, await desk.sit())

    return come
