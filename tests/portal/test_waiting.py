"""Services that never answer: one deadline for a page, and calls that are not sent while they would be in vain. Time is
counted here, not spent."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st

from services.portal.app import build
from services.portal.clients.waiting import Circuit
from tests.harness.sending import TransportSender
from tests.portal.browsing import Visit, settings
from tests.portal.fake_services import FakeServices
from tests.portal.samples import ident

PAGE, READ, WRITE = 2.0, 1.5, 10.0
"""The settings' defaults: seconds for a page, a call that reads, a form."""


@dataclass
class Freezing(httpx.AsyncBaseTransport):
    """The fake services, of which some accept calls and never answer."""

    fakes: FakeServices
    frozen: set[str] = field(default_factory=set)
    crowded: set[str] = field(default_factory=set)
    """Services for which no connection is free."""
    now: float = 1000.0
    calls: list[tuple[str, float]] = field(default_factory=list)
    """The service of each call, and how long it would wait."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        service, allowed, began = request.url.path.split("/")[2], request.extensions["timeout"]["read"], self.now
        self.calls.append((service, allowed))
        if service in self.crowded:
            raise httpx.PoolTimeout("no connection is free", request=request)
        if service not in self.frozen:
            return await self.fakes(request)
        for _ in range(20):  # the calls beside it begin at the same time
            await asyncio.sleep(0)
        self.now = max(self.now, began + allowed)
        raise httpx.ReadTimeout("no answer", request=request)

    def asked(self, service: str) -> int:
        return sum(name == service for name, _ in self.calls)

    def begin(self) -> float:
        """Forget the calls; the time from which the next page is measured."""
        self.calls.clear()
        return self.now


@pytest.fixture
def outside(fakes: FakeServices) -> Freezing:
    return Freezing(fakes)


@pytest.fixture
def portal(outside: Freezing) -> FastAPI:
    return build(settings(), TransportSender(outside), seconds=lambda: outside.now)


async def test_a_frozen_service_costs_a_page_its_section_and_at_most_one_read(visit: Visit, outside: Freezing) -> None:
    outside.frozen, began = {"billing"}, outside.begin()

    page = await visit("jonas").get("/w/northwind/")

    assert page.status_code == 200
    assert "Billing cannot be shown just now" in page.text
    assert "Port to the warehouse" in page.text
    assert outside.now - began <= READ


async def test_with_everything_but_identity_frozen_the_frame_stands_within_one_deadline(
    visit: Visit, outside: Freezing
) -> None:
    outside.frozen, began = {"billing", "provisioning", "audit", "notifications"}, outside.begin()

    page = await visit("jonas").get("/w/northwind/")

    assert page.status_code == 200
    assert page.text.count("cannot be shown just now") >= 3
    assert outside.now - began <= PAGE


async def test_calls_one_after_the_other_share_the_deadline(visit: Visit, outside: Freezing) -> None:
    """The page's context is the last known one; what identity used up is not there for the sections."""
    browser = visit("jonas")
    await browser.get("/w/northwind/")
    outside.frozen, began = {"identity", "provisioning"}, outside.begin()

    page = await browser.get("/w/northwind/services")

    assert page.status_code == 200
    assert "Services cannot be shown just now" in page.text
    assert outside.now - began == PAGE
    assert max(allowed for service, allowed in outside.calls if service == "provisioning") == PAGE - READ


async def test_a_service_is_not_blamed_for_time_that_others_used_up(
    visit: Visit, outside: Freezing, portal: FastAPI
) -> None:
    browser = visit("jonas")
    await browser.get("/w/northwind/")
    outside.frozen = {"identity", "provisioning"}

    await browser.get("/w/northwind/services")

    assert portal.state.runtime.circuits["provisioning"].failures == 0
    assert portal.state.runtime.circuits["identity"].failures == 1


async def test_a_service_is_not_blamed_for_connections_that_others_hold(
    visit: Visit, outside: Freezing, portal: FastAPI
) -> None:
    outside.crowded = {"provisioning"}

    page = await visit("jonas").get("/w/northwind/services")

    assert "Services cannot be shown just now" in page.text
    assert portal.state.runtime.circuits["provisioning"].failures == 0


async def test_a_service_that_did_not_answer_several_times_is_asked_only_now_and_then(
    visit: Visit, outside: Freezing
) -> None:
    browser = visit("jonas")
    outside.frozen = {"provisioning"}
    for _ in range(3):  # two calls each
        await browser.get("/w/northwind/services")

    began = outside.begin()
    pages = [await browser.get("/w/northwind/services") for _ in range(5)]
    assert (outside.asked("provisioning"), outside.now - began) == (0, 0)
    assert all("Services cannot be shown just now" in page.text for page in pages)

    outside.now += Circuit.PAUSE_SECONDS
    outside.begin()
    await browser.get("/w/northwind/services")
    assert outside.asked("provisioning") == 1, "one call tries"

    outside.frozen, outside.now = set(), outside.now + Circuit.PAUSE_SECONDS
    tried = await browser.get("/w/northwind/services")
    whole = await browser.get("/w/northwind/services")
    assert whole.status_code == tried.status_code == 200
    assert "Port to the warehouse" in whole.text
    assert "cannot be shown" not in whole.text


async def test_while_identity_is_frozen_pages_soon_cost_nothing_and_stand_until_the_token_ends(
    visit: Visit, outside: Freezing, fakes: FakeServices
) -> None:
    browser = visit("jonas")
    await browser.get("/w/northwind/services")
    outside.frozen = {"identity"}
    waits = []
    for _ in range(Circuit.FAILURES + 2):
        began = outside.begin()
        page = await browser.get("/w/northwind/services")
        assert "Port to the warehouse" in page.text
        waits.append(outside.now - began)

    assert waits == [READ] * Circuit.FAILURES + [0, 0]

    outside.frozen, outside.now = set(), outside.now + Circuit.PAUSE_SECONDS
    fakes.token_life = timedelta(seconds=-1)
    await browser.get("/w/northwind/services")
    outside.frozen = {"identity"}
    over = await browser.get("/w/northwind/services?kind=port")
    assert over.status_code == 503
    assert "Signing in is not possible just now" in over.text
    assert 'href="/w/northwind/services?kind=port"' in over.text


async def test_sign_in_says_that_it_is_not_possible_and_keeps_what_was_typed(visit: Visit, outside: Freezing) -> None:
    browser = visit()
    asked = await browser.post("/sign-in", data={"address": "ana@meridian.example"})
    outside.frozen, began = {"identity"}, outside.begin()

    again = await visit().post("/sign-in", data={"address": "ana@meridian.example"})
    assert (outside.asked("identity"), outside.now - began) == (1, READ)
    code = await browser.post(asked.headers["location"], data={"code": "123456"})
    link = await browser.post("/sign-in/verify", data={"c": "00000000-0000-4000-8000-000000000001", "t": "token"})
    invitation = await browser.get("/invite?t=token-of-the-invitation")

    assert {each.status_code for each in (again, code, link, invitation)} == {503}
    for answer in (again, code, link, invitation):
        assert "Signing in is not possible just now" in answer.text
    assert 'value="ana@meridian.example"' in again.text
    assert 'href="/invite?t=token-of-the-invitation"' in invitation.text


async def test_a_form_gets_longer_than_a_page_and_one_deadline_too(visit: Visit, outside: Freezing) -> None:
    browser = visit("jonas")
    await browser.get("/w/northwind/")
    outside.frozen, began = {"identity"}, outside.begin()

    answer = await browser.post(
        "/w/northwind/users/invite",
        data={"address": "mara@northwind.example", "display_name": "Mara", "role": "member"},
    )

    assert answer.status_code == 503
    assert [allowed for _, allowed in outside.calls] == [READ, WRITE - READ]
    assert outside.now - began == WRITE


async def test_a_service_that_refuses_connections_is_asked_again_at_once(visit: Visit, fakes: FakeServices) -> None:
    """As while it starts: nobody waits for it, so nothing is gained by not asking."""
    browser = visit("jonas")
    fakes.down = {"provisioning"}
    for _ in range(Circuit.FAILURES):
        assert "Services cannot be shown just now" in (await browser.get("/w/northwind/services")).text
    fakes.down = set()

    assert "Port to the warehouse" in (await browser.get("/w/northwind/services")).text


async def test_each_state_of_a_stream_has_a_deadline_of_its_own(
    visit: Visit, outside: Freezing, fakes: FakeServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def later(happened: object) -> None:
        outside.now += 60
        fakes.order_step += 1
        assert fakes.order_step < 10

    monkeypatch.setattr("services.portal.live._wait", later)

    stream = await visit("jonas").get(f"/w/northwind/orders/{ident('order')}/events")

    assert stream.text.endswith("event: done\ndata: done\n\n")
    assert fakes.order_step == 4


@given(st.lists(st.sampled_from(["answer", "silence", "second", "pause"]), max_size=60))
def test_a_circuit_sends_one_call_per_pause_after_failures_and_all_after_an_answer(steps: list[str]) -> None:
    now = [0.0]
    circuit = Circuit("billing", lambda: now[0])
    in_a_row, sent_at = 0, float("-inf")
    for step in steps:
        if step in ("second", "pause"):
            now[0] += 1 if step == "second" else Circuit.PAUSE_SECONDS
            continue
        open_circuit = in_a_row >= Circuit.FAILURES
        expected = not open_circuit or now[0] - sent_at >= Circuit.PAUSE_SECONDS
        assert circuit.admits() is expected
        if expected and step == "answer":
            circuit.answered()
            in_a_row = 0
        elif expected:
            circuit.failed()
            in_a_row, sent_at = in_a_row + 1, now[0]
