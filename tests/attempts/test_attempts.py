"""What people try and are refused is in the log: at most one event per person, operation and hour, and each counts."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import text

from deploy.environment import SERVICES
from deploy.serving.housekeeping import jobs_of
from shared.attempts.service import EVERY, count_attempt, tell_of_the_rest
from shared.auth.routes import Allow, GuardedRoute
from shared.clock import Clock
from shared.events import Actor, Via
from shared.events.billing import AttemptRefused
from shared.jobs import JobContext
from shared.outbox import Cause, transaction
from tests.harness.databases import Database
from tests.harness.services import Running, service_named
from tests.harness.stateful import AsyncStateMachine

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)

REFUSED = {
    "billing": ("support", "GET", "/api/billing/invoices", "/api/billing/invoices", "money.view"),
    "provisioning": ("read_only", "POST", "/api/provisioning/orders", "/api/provisioning/orders", "service.order"),
    "audit": (None, "GET", f"/api/audit/entries/{uuid4()}", "/api/audit/entries/{entry_id}", "audit.view"),
}
"""By service: who tries it, the request, its path in the API, and the missing permission."""


class Later(Clock):
    def __init__(self, by: timedelta) -> None:
        super().__init__()
        self._by = by

    def real_now(self) -> datetime:
        return super().real_now() + self._by


async def tell(running: Running, by: timedelta) -> int:
    """Run the worker's job, as if so much time had passed."""
    [job] = [
        timed.job for timed in jobs_of(running.runtime.service).jobs if timed.job.__name__ == "tell_of_refused_attempts"
    ]
    return await job(JobContext(running.runtime.worker_sessions, Later(by), running.runtime.settings))


@pytest.mark.rule("K14")
@pytest.mark.parametrize("service", REFUSED)
async def test_what_a_person_tries_and_is_refused_is_told_once_an_hour(
    run: Callable[..., Awaitable[Running]], service: str
) -> None:
    role, method, url, path, permission = REFUSED[service]
    running = await run(service)
    rosa = await running.caller(role)

    async def refused() -> list[int]:
        return [(await rosa.http.request(method, url, headers={"Idempotency-Key": str(n)})).status_code
                for n in range(3)]  # fmt: skip

    async def told() -> list[dict[str, Any]]:
        return await running.database.events(f"{service}.attempt_refused")

    assert await refused() == [403, 403, 403]
    [first] = await told()
    assert (first["count"], first["operation"], first["permission"]) == (1, f"{method} {path}", permission)
    assert (first["workspace_id"], first["user_id"]) == (str(rosa.workspace_id), str(rosa.user_id))
    assert (first["actor"]["address"], first["actor"]["via"]) == (rosa.address, "self")
    assert await tell(running, timedelta(minutes=59)) == 0
    assert await tell(running, EVERY) == 1
    _, rest = await told()
    assert rest["count"] == 2, "those that nobody was told of"
    assert (rest["actor"]["user_id"], rest["actor"]["via"]) == (str(rosa.user_id), "self")
    assert await tell(running, EVERY) == 0
    assert await tell(running, 3 * EVERY) == 1, "who tried no more is forgotten"
    assert await tell(running, 9 * EVERY) == 0
    assert len(await told()) == 2


@pytest.mark.rule("K14", "P31")
async def test_an_attempt_on_behalf_is_told_to_whom_it_concerns(run: Callable[..., Awaitable[Running]]) -> None:
    running = await run("billing")
    meridian = uuid4()
    tom = await running.caller("support", via="on_behalf", parent_workspace_id=meridian, address="tom@meridian.example")

    assert (await tom.http.get("/api/billing/invoices")).status_code == 403

    [told] = await running.database.events("billing.attempt_refused")
    assert (told["workspace_id"], told["parent_workspace_id"]) == (str(tom.workspace_id), str(meridian))
    assert (told["actor"]["via"], told["actor"]["address"]) == ("on_behalf", tom.address)


@pytest.mark.rule("K14")
async def test_a_list_that_may_not_be_exported_is_an_attempt_too(run: Callable[..., Awaitable[Running]]) -> None:
    running = await run("billing")
    rosa = await running.caller("support")
    asked = {"list": "invoices", "format": "csv", "filters": {}, "locale": "en-US"}

    answer = await rosa.http.post("/api/billing/exports", json=asked, headers={"Idempotency-Key": "key-of-the-export"})

    assert answer.status_code == 403
    [told] = await running.database.events("billing.attempt_refused")
    assert (told["operation"], told["permission"]) == ("POST /api/billing/exports", "money.view")


async def test_what_is_allowed_not_found_or_without_a_session_is_no_attempt(
    run: Callable[..., Awaitable[Running]],
) -> None:
    running = await run("billing")
    jonas = await running.caller("admin")

    answers = [
        await jonas.http.get("/api/billing/invoices"),
        await jonas.http.get(f"/api/billing/invoices/{uuid4()}"),
        await running.http().get("/api/billing/invoices"),
    ]

    assert [answer.status_code for answer in answers] == [200, 404, 401]
    assert await running.database.events() == []


async def test_a_refusal_is_answered_where_it_cannot_be_noted(run: Callable[..., Awaitable[Running]]) -> None:
    running = await run("billing")
    rosa = await running.caller("support")
    async with running.database.owner.begin() as session:
        await session.execute(text("LOCK TABLE refused_attempts"))

        locked = await asyncio.wait_for(rosa.http.get("/api/billing/invoices"), 10)

    assert (locked.status_code, locked.json()["type"]) == (403, "/problems/forbidden")
    assert await running.database.events() == []
    assert (await rosa.http.get("/api/billing/invoices")).status_code == 403
    assert len(await running.database.events()) == 1


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_whose_guards_ask_for_a_permission_tells_of_attempts(service: str) -> None:
    definition = service_named(service)
    routes = [route for router in definition.routers for route in router.routes]
    asks = any(isinstance(route, GuardedRoute) and isinstance(route.guard, Allow) for route in routes)

    assert definition.attempts is not None or not asks
    assert definition.attempts is None or definition.attempts.publisher == service


PEOPLE, OPERATIONS = (uuid4(), uuid4()), ("GET /a", "POST /b")
WORKSPACE = uuid4()


class Trying(AsyncStateMachine):
    """Attempts at any times, several at once, while workers tell of them whenever they like."""

    database: Database

    @initialize()
    def begin(self) -> None:
        self.now = NOON
        self.tried: dict[tuple[UUID, str], int] = {}
        self.wait(self.database.empty())

    async def attempt(self, person: UUID, operation: str) -> None:
        cause = Cause(Actor(kind="user", user_id=person, via=Via.own), self.now)
        place = {"workspace_id": WORKSPACE, "user_id": person}
        async with transaction(self.database.api, cause, **place) as session:
            await count_attempt(session, AttemptRefused, operation=operation, permission="money.view", now=self.now,
                                **place)  # fmt: skip

    @rule(person=st.sampled_from(PEOPLE), operation=st.sampled_from(OPERATIONS), times=st.integers(1, 4))
    def try_it(self, person: UUID, operation: str, times: int) -> None:
        async def at_once() -> None:
            await asyncio.gather(*(self.attempt(person, operation) for _ in range(times)))

        self.wait(at_once())
        self.tried[person, operation] = self.tried.get((person, operation), 0) + times

    @rule(minutes=st.sampled_from([1, 29, 31, 45, 59, 60, 61, 130]))
    def let_time_pass(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(workers=st.integers(1, 2))
    def work(self, workers: int) -> None:
        async def one() -> None:
            async with self.database.worker.begin() as session:
                await tell_of_the_rest(session, AttemptRefused, lambda origin: origin.cause(self.now), now=self.now)

        async def at_once() -> None:
            await asyncio.gather(*(one() for _ in range(workers)))

        self.wait(at_once())

    @invariant()
    def each_counts_once_and_at_most_one_event_is_of_an_hour(self) -> None:
        told: dict[tuple[UUID, str], list[Any]] = {}
        for event in self.wait(self.database.events("billing.attempt_refused")):
            told.setdefault((UUID(str(event["user_id"])), str(event["operation"])), []).append(event)
        untold = self.wait(self.untold())
        for key, times in self.tried.items():
            assert sum(event["count"] for event in told[key]) + untold.get(key, 0) == times
            moments = [datetime.fromisoformat(event["occurred_at"]) for event in told[key]]
            assert all(later - earlier >= EVERY for earlier, later in pairwise(moments))

    async def untold(self) -> dict[tuple[UUID, str], int]:
        async with self.database.owner() as session:
            rows = await session.execute(text("SELECT user_id, operation, untold FROM refused_attempts"))
            return {(row.user_id, row.operation): row.untold for row in rows}


@pytest.mark.timeout(300)
async def test_however_attempts_come_each_counts_once(database: Callable[[str], Awaitable[Database]]) -> None:
    class Here(Trying):
        pass

    Here.database, Here.loop = await database("billing"), asyncio.get_running_loop()
    profile = settings(max_examples=20, stateful_step_count=20, deadline=None, database=None,
                       suppress_health_check=list(HealthCheck), phases=[Phase.generate])  # fmt: skip
    await asyncio.to_thread(run_state_machine_as_test, Here, settings=profile)
