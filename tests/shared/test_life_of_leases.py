"""Leased rows compared with a simple model, while workers claim, die, are late or fail, in any order."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import text

from shared.leases import Claim
from tests.harness.databases import Database
from tests.harness.logs import captured_logs
from tests.harness.stateful import AsyncStateMachine
from tests.shared.chores import LEASE, RETRY, Chore, Workers, workers_of


@dataclass
class Known:
    """The model's state of a chore."""

    due_at: datetime | None
    lease_id: UUID | None = None
    tries: int = 0
    recorded: int = 0
    leases: set[UUID] = field(default_factory=set)


class Life(AsyncStateMachine):
    workers: Workers
    owner: Database

    @initialize()
    def begin(self) -> None:
        self.chores: dict[UUID, Known] = {}
        self.held: list[Claim[Chore]] = []
        self.workers.calls.clear()
        self.wait(self.clear())

    async def clear(self) -> None:
        async with self.owner.owner.begin() as session:
            await session.execute(text("TRUNCATE chores"))

    @property
    def now(self) -> datetime:
        return self.workers.clock.at

    @precondition(lambda self: len(self.chores) < 4)
    @rule(count=st.integers(1, 3))
    def add(self, count: int) -> None:
        for id_ in self.wait(self.workers.add(count)):
            self.chores[id_] = Known(self.now)

    @rule(workers=st.integers(1, 3), limit=st.integers(1, 3))
    def claim(self, workers: int, limit: int) -> None:
        """Concurrent workers get different rows, and only due ones."""
        self.workers.limit = limit

        async def all_at_once() -> list[list[Claim[Chore]]]:
            return await asyncio.gather(*(self.workers.claim() for _ in range(workers)))

        due = [known for known in self.chores.values() if known.due_at and known.due_at <= self.now]
        claimed = [each for mine in self.wait(all_at_once()) for each in mine]
        assert len({each.row.id for each in claimed}) == len(claimed)
        assert min(len(due), limit) <= len(claimed) <= min(len(due), limit * workers)
        for each in claimed:
            self.take(each)

    def take(self, claimed: Claim[Chore]) -> None:
        known, lease_id = self.chores[claimed.row.id], claimed.row.lease_id
        assert known.due_at is not None
        assert known.due_at <= self.now
        assert lease_id not in {None, *known.leases}
        assert claimed.spent == (known.tries == RETRY.tries)
        known.due_at, known.lease_id = self.now + LEASE, lease_id
        known.tries += not claimed.spent
        known.leases.update({lease_id} if lease_id else ())
        self.held.append(claimed)

    def pick(self, n: int) -> Claim[Chore] | None:
        """One of the claims that workers still have, if any. Their number depends on timing, so Hypothesis cannot draw
        one: it must see the same choices in each replay."""
        return self.held.pop(n % len(self.held)) if self.held else None

    @rule(n=st.integers(0, 59), answer=st.sampled_from(["done", "in vain", "raises"]))
    def answer(self, n: int, answer: str) -> None:
        """A worker finishes, perhaps long after its lease: its outcome counts if no other worker holds the row."""
        if (held := self.pick(n)) is None:
            return
        self.workers.answer = answer
        self.wait(self.workers.finish(held))
        known = self.chores[held.row.id]
        if known.lease_id != held.row.lease_id or (answer == "raises" and not held.spent):
            return
        known.lease_id, known.recorded = None, known.recorded + 1
        again = answer == "in vain" and not held.spent and known.tries < RETRY.tries
        known.due_at = self.now + RETRY.pauses[known.tries - 1] if again else None

    @rule(n=st.integers(0, 59))
    def die(self, n: int) -> None:
        self.pick(n)

    @rule(times=st.integers(1, RETRY.tries))
    def kill_whoever_claims(self, times: int) -> None:
        for _ in range(times):
            self.claim(1, 5)
            self.held.clear()
            self.workers.clock.at += LEASE

    @rule(seconds=st.sampled_from([1, 5, 10, 60, 60]))
    def let_time_pass(self, seconds: int) -> None:
        self.workers.clock.at += timedelta(seconds=seconds)

    @invariant()
    def rows_are_as_the_model_says(self) -> None:
        if not hasattr(self, "chores"):
            return
        rows = self.wait(self.workers.chores())
        stored = {id_: (row.due_at, row.lease_id, row.tries, row.recorded) for id_, row in rows.items()}
        assert stored == {id_: (k.due_at, k.lease_id, k.tries, k.recorded) for id_, k in self.chores.items()}
        assert all(row.tries <= RETRY.tries for row in rows.values())
        assert all(calls <= RETRY.tries for calls in self.workers.calls.values())

    def teardown(self) -> None:
        """Once no worker dies any more, each row ends exactly once, and none is lost."""
        if not hasattr(self, "chores"):
            return
        self.workers.answer, self.workers.limit = "done", 10
        for _ in range(5):
            self.workers.clock.at += LEASE
            self.wait(self.workers.work())
        rows = self.wait(self.workers.chores())
        assert {id_: (row.ends, row.due_at) for id_, row in rows.items()} == dict.fromkeys(self.chores, (1, None))


@pytest.mark.timeout(600)
async def test_one_holder_counts_and_no_row_is_lost_whichever_worker_dies_or_is_late(
    database: Callable[[str], Awaitable[Database]],
) -> None:
    sketch = await database("sketch")

    async with workers_of(sketch) as workers:

        class Here(Life):
            pass

        Here.workers, Here.owner, Here.loop = workers, sketch, asyncio.get_running_loop()
        profile = settings(
            max_examples=25, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck),
            database=None, phases=[Phase.generate],
        )  # fmt: skip
        with captured_logs():  # writing hundreds of tracebacks would take longer than everything else
            await asyncio.to_thread(run_state_machine_as_test, Here, settings=profile)
