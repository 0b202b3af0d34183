"""Each service in turn is stopped, and frozen: it accepts calls and never answers. Pages stand without its sections."""

import asyncio
import re
import signal
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import APIRequestContext

from deploy.environment import SERVICES
from deploy.local.stack import Stack
from deploy.waiting import eventually
from tests.browser.browsers import Browsers
from tests.browser.test_every_page import PEOPLE, kind_of_page

LINK = re.compile(r'<a[^>]*\shref="(/[^"#]*)"')
SKIPPED = re.compile(r"/pdf$|/file$|\.json$|^/api/|^/static/|/events/")
GONE = "cannot be shown just now"
NOTHING_ELSE = {
    "provisioning": re.compile(r"/orders/new"),
    "identity": re.compile(r"/(contacts|users)/…|/users/…"),
}
"""Pages that are nothing without what the service has: they say so, with the side bar."""


async def pages_of(request: APIRequestContext) -> list[str]:
    """One page of each kind that links lead to."""
    waiting, found = deque(["/"]), dict[str, str]()
    while waiting:
        path = waiting.popleft().replace("&amp;", "&")
        if SKIPPED.search(path) or kind_of_page(path) in found:
            continue
        found[kind_of_page(path)] = path
        waiting.extend(LINK.findall(await (await request.get(path)).text()))
    return list(found.values())


@asynccontextmanager
async def without(stack: Stack, service: str, how: str) -> AsyncIterator[None]:
    child = stack.children[service]
    if how == "frozen":
        child.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            child.process.send_signal(signal.SIGCONT)
        return
    await asyncio.to_thread(child.stop)
    try:
        yield
    finally:
        stack.start([service])  # in the main thread, since the kernel ends the child with the thread that started it
        await asyncio.to_thread(stack.wait, [service])


@pytest.mark.timeout(600)
@pytest.mark.parametrize("how", ["stopped", "frozen"])
@pytest.mark.parametrize("service", SERVICES)
async def test_a_page_stands_without_a_service(browsers: Browsers, service: str, how: str) -> None:
    page = await browsers.open(PEOPLE["customer"])
    request = page.request
    paths = await pages_of(request)
    whole = {path: await (await request.get(path)).text() for path in paths}
    assert not [path for path, text in whole.items() if GONE in text]

    async with without(browsers.installed.stack, service, how):
        wrong, lacking = [], 0
        for path in paths:
            answer = await request.get(path)
            text = await answer.text()
            lacking += GONE in text or answer.status == 503
            nothing_else = service in NOTHING_ELSE and NOTHING_ELSE[service].search(kind_of_page(path))
            if answer.status != 200 and not (answer.status == 503 and nothing_else):
                wrong.append(f"{path}: {answer.status}")
            if "<nav" not in text or "<h1" not in text:
                wrong.append(f"{path}: no frame")
    assert wrong == []
    assert (lacking > 0) == (service != "notifications"), "it was away indeed"

    async def are_whole() -> bool:
        return not [path for path in paths if GONE in await (await request.get(path)).text()]

    await eventually(are_whole, seconds=60, pause=1)
