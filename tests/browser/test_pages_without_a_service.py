"""Each service in turn is stopped, and frozen: it accepts calls and never answers. Pages stand without its sections."""

import asyncio
import re
import signal
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import APIRequestContext, APIResponse

from deploy.environment import SERVICES
from deploy.local.stack import Stack
from deploy.waiting import eventually
from tests.browser.browsers import Browsers
from tests.browser.test_every_page import FILE, PEOPLE, kind_of_page

LINK = re.compile(r'<a[^>]*\shref="(/[^"#]*)"')
SKIPPED = re.compile(rf"{FILE.pattern}|^/static/|/events/")
GONE = "cannot be shown just now"
OF_ONE_THING = {
    "billing": re.compile(
        r"/billing/(invoices/…|…/(contacts/|next-invoice|payment-methods|profile))|/quotes/…|/subscriptions/…/(extend|renew)"
    ),
    "provisioning": re.compile(
        r"/(services|orders|locations|licences)/…|/orders/new|/nodes/sites/[^/]+|/infrastructure/(sites|hosts)/[^/]+"
    ),
    "identity": re.compile(
        r"/(contacts|users)/…|/access-requests/…/deny|/me/workspaces/…/leave|/locations/…/(invitation|people)"
        r"|/holders(/|$)"
    ),
    "audit": re.compile(r"/audit/…|/users/visits/…"),
}
"""Pages about what the service has: they say that it cannot be shown, with the side bar."""
WITH_HISTORY = re.compile(r"/(services|orders|invoices|quotes)/…$")
"""Those which stand by section: the log's is there."""


async def pages_of(request: APIRequestContext) -> list[str]:
    """One page of each kind that links lead to."""
    waiting, found = deque(["/"]), dict[str, str]()
    while waiting:
        path = waiting.popleft().replace("&amp;", "&")
        if SKIPPED.search(path) or kind_of_page(path) in found:
            continue
        found[kind_of_page(path)] = path
        text = await (await request.get(path)).text()
        assert GONE not in text, path
        waiting.extend(LINK.findall(text))
    return list(found.values())


async def answers_of(request: APIRequestContext, paths: list[str], at_once: int) -> dict[str, APIResponse]:
    """Several ``at_once`` where each page waits for a service that does not answer."""
    limit = asyncio.Semaphore(at_once)

    async def answer_of(path: str) -> APIResponse:
        async with limit:
            return await request.get(path)

    return dict(zip(paths, await asyncio.gather(*map(answer_of, paths)), strict=True))


async def is_missing(answer: APIResponse) -> bool:
    return answer.status == 503 or GONE in await answer.text()


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


@pytest.fixture(scope="module")
async def paths(session_browsers: Browsers) -> list[str]:
    page = await session_browsers.open(PEOPLE["customer"])
    found = await pages_of(page.request)
    await page.context.close()
    return found


@pytest.mark.timeout(600)
@pytest.mark.parametrize("how", ["stopped", "frozen"])
@pytest.mark.parametrize("service", SERVICES)
async def test_a_page_stands_without_a_service(browsers: Browsers, paths: list[str], service: str, how: str) -> None:
    request = (await browsers.open(PEOPLE["customer"])).request
    async with without(browsers.installed.stack, service, how):
        answers = await answers_of(request, paths, at_once=4 if how == "frozen" else 1)
    texts = {path: await answer.text() for path, answer in answers.items()}

    of_one_thing = OF_ONE_THING.get(service, re.compile("never"))
    things = [path for path in paths if of_one_thing.search(kind_of_page(path))]
    assert {
        path: answer.status for path, answer in answers.items() if answer.status != 200 and path not in things
    } == {}
    assert {answers[path].status for path in things} <= {200, 503}
    assert [path for path, text in texts.items() if "<nav" not in text or "<h1" not in text] == []
    of_log = [path for path in things if WITH_HISTORY.search(kind_of_page(path))]
    assert [path for path in of_log if 'id="history"' not in texts[path]] == []
    away = [path for path in paths if await is_missing(answers[path])]
    assert away

    async def are_whole() -> bool:
        return not [path for path in away[:5] if await is_missing(await request.get(path))]

    await eventually(are_whole, f"{service} is there again", seconds=60, pause=1)
