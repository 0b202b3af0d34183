"""Two portals and two of each service at once: whoever is asked, it is one installation."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import replace

import pytest

from deploy.demo.person import Site
from deploy.environment import SERVICES
from deploy.local.stack import Stack
from deploy.waiting import eventually
from tests.faults.orders import PROVIDER, fulfilled, offer, place_order, settle
from tests.faults.orders import effects_of as effects
from tests.faults.test_killed_processes import ONCE
from tests.harness.beside import beside, open_beside
from tests.harness.installation import DemoUser, Installation
from tests.harness.visiting import Visitor
from tests.scale.conftest import KIM

NAMES = [*SERVICES, "portal"]
PATIENCE_SECONDS = 60
KEPT_SECONDS = 45
"""Less than a portal keeps the number of a bell without having heard of a change."""

Visit = Callable[[Stack], Visitor]


@pytest.fixture(scope="module")
async def second(installed: Installation) -> AsyncIterator[Installation]:
    """The same installation, as the second portal and the second process of each service serve it."""
    stack = beside(installed.stack)
    stack.start(NAMES)
    try:
        await asyncio.to_thread(stack.wait, NAMES)
        async with open_beside(stack) as site:
            yield Installation(stack, site)
    finally:
        await asyncio.to_thread(stack.stop)


@pytest.fixture
async def visit(installed: Installation) -> AsyncIterator[Visit]:
    """Somebody who opens pages at the portal of a stack."""
    async with AsyncExitStack() as stack:

        def begin(at: Stack) -> Visitor:
            visitor = Visitor(installed.site, at.url("portal"), installed.stack.environment["PORTICO_PUBLIC_URL"])
            stack.push_async_callback(visitor.close)
            return visitor

        yield begin


def at(site: Site, person: DemoUser) -> DemoUser:
    """The same person in the same session, at another portal."""
    found = DemoUser(site, person.address)
    found._session = person._session
    return found


async def test_a_sign_in_that_is_begun_at_one_portal_is_finished_at_the_other(
    installed: Installation, second: Installation, visit: Visit
) -> None:
    somebody = visit(installed.stack)
    await somebody.ask(PROVIDER)

    somebody.base_url = second.stack.url("portal")
    await somebody.enter_code()

    for stack in (second.stack, installed.stack):
        somebody.base_url = stack.url("portal")
        assert (await somebody.overview()).status_code == 200


async def test_wrong_codes_count_wherever_they_are_entered(installed: Installation, second: Installation) -> None:
    address = "nobody.known@kestrel.example"
    challenges = "/api/identity/sign-in-challenges"
    asked = await installed.site.http.post(challenges, json={"address": address, "browser": "b" * 32})
    redeem = f"{challenges}/{asked.json()['challenge_id']}/redeem"
    await eventually(lambda: has_a_code(installed, asked.json()["challenge_id"]), seconds=PATIENCE_SECONDS)
    proof = {"browser": "b" * 32, "device": "d" * 32, "code": "000000"}

    said = [(await site.http.post(redeem, json=proof)).json() for site in (installed.site, second.site) * 4]

    kinds = [each["type"].rpartition("/")[2] for each in said]
    assert kinds[:4] == ["wrong-code"] * 4
    assert "wrong-code" not in kinds[5:]


async def has_a_code(installed: Installation, challenge_id: str) -> bool:
    """Codes are made after the request, for those nobody gets as well."""
    made = "SELECT token_digest IS NOT NULL FROM sign_in_challenges WHERE id = $1"
    async with installed.database("identity") as database:
        return bool(await database.fetchval(made, challenge_id))


async def test_open_pages_of_both_portals_follow_an_order(
    installed: Installation, second: Installation, visit: Visit, kim: DemoUser
) -> None:
    body = await offer(installed, step_seconds=0.5)
    visitors = [visit(each.stack) for each in (installed, second)]
    for visitor in visitors:
        await visitor.ask(KIM)
        await visitor.enter_code()
        await visitor.overview()
    slug = str(visitors[0].home).strip("/").split("/")[1]

    order_id = await place_order(second, at(second.site, kim), body)
    done = await asyncio.gather(*(follow(each, f"/w/{slug}/orders/{order_id}/events") for each in visitors))

    assert done == [True, True]
    assert await fulfilled(installed, order_id)


async def follow(visitor: Visitor, path: str) -> bool:
    """Whether the stream says that the order is done."""
    async with asyncio.timeout(PATIENCE_SECONDS), visitor.stream(path) as lines:
        return any([line == "event: done" async for line in lines])


async def test_a_notice_rings_the_bell_at_both_portals(
    installed: Installation, second: Installation, visit: Visit
) -> None:
    visitors = [visit(each.stack) for each in (installed, second, second)]
    for visitor in visitors[:2]:
        await visitor.ask(PROVIDER)
        await visitor.enter_code()
    before = await same(visitors[:2], lambda counts: counts[0] == counts[1])

    await visitors[2].ask(PROVIDER)
    await visitors[2].enter_code()  # a browser that was not seen before, of which the person is told

    assert await same(visitors[:2], lambda counts: counts[0] == counts[1] > before) == before + 1


async def same(visitors: list[Visitor], wanted: Callable[[list[int]], bool]) -> int:
    async def look() -> list[int] | None:
        counts = [await visitor.unread() for visitor in visitors]
        return counts if wanted(counts) else None

    found = await eventually(look, "both bells say the same", seconds=KEPT_SECONDS, pause=0.3)
    assert found
    return found[0]


@pytest.mark.rule("D23", "P27", "K14")
async def test_what_two_workers_of_each_service_do_is_done_once(
    installed: Installation, second: Installation, kim: DemoUser
) -> None:
    body = await offer(installed, step_seconds=0.1)
    both = ((installed, kim), (second, at(second.site, kim)))

    orders = await asyncio.gather(*(place_order(*each, body) for each in both * 4))
    for order in orders:
        await eventually(is_fulfilled(installed, order), "the order is fulfilled", seconds=PATIENCE_SECONDS, pause=0.1)
    await settle(installed)

    for order in orders:
        found = await effects(installed, order)
        assert replace(found, mails=[], tries=0) == ONCE


def is_fulfilled(installed: Installation, order: str) -> Callable[[], Awaitable[bool]]:
    return lambda: fulfilled(installed, order)
