"""Leased work whose outcomes are recorded in batches: a transaction costs more than one row of it."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Generic
from uuid import UUID

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.db import among
from shared.errors import is_lost_connection
from shared.jobs import JobContext
from shared.leases import Claim, Do, Find, GivenUp, L, O, until_written
from shared.logs import correlated
from shared.outbox import Cause
from shared.scope import begin_in
from shared.telemetry import metrics
from shared.telemetry.tracing import continuing, current_traceparent

log = structlog.get_logger()

TOGETHER_SECONDS = 0.01
"""How long a result waits for others of its workspace that are still worked on."""


@dataclass(frozen=True, slots=True)
class Result(Generic[L, O]):
    """What came of a row."""

    row: L
    outcome: O | GivenUp
    cause: Cause
    """Of the events that tell of it."""


RecordAll = Callable[[JobContext, AsyncSession, Sequence[Result[L, O]]], Awaitable[None]]


async def work_through_in_batches(job: JobContext, find: Find[L], do: Do[L, O], record: RecordAll[L, O]) -> int:
    """As `shared.leases.work_through`, but ``record`` gets what has come to an end in one workspace meanwhile, in one
    transaction in the scope of that workspace. If that fails, each is recorded alone, so that a row's error is its own.

    ``record`` emits with each result's own cause (`shared.outbox.emit_all`): the transaction has none.
    """
    async with job.sessions.begin() as session:
        claims = await find(job, session)
    recording = Recording(job, record)
    await asyncio.gather(*(recording.work_on(claim, do) for claim in claims))
    return len(claims)


class Recording(Generic[L, O]):
    """Records results, those of one workspace one transaction after the other: what ends during one goes into the
    next."""

    def __init__(self, job: JobContext, record: RecordAll[L, O]) -> None:
        self._job, self._record = job, record
        self._ended: defaultdict[UUID, list[tuple[Claim[L], Result[L, O]]]] = defaultdict(list)
        self._turns: defaultdict[UUID, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._going_on: Counter[UUID] = Counter()

    async def work_on(self, claim: Claim[L], do: Do[L, O]) -> None:
        """Process one row. Errors are logged; the row is retried when its lease expires."""
        workspace_id = claim.row.workspace_id
        self._going_on[workspace_id] += 1
        result = await self._done(claim, do)
        self._going_on[workspace_id] -= 1
        if result:
            self._ended[workspace_id].append((claim, result))
        async with self._turns[workspace_id]:
            if self._ended[workspace_id] and self._going_on[workspace_id]:
                await asyncio.sleep(TOGETHER_SECONDS)
            if together := self._ended.pop(workspace_id, []):
                await self._save(workspace_id, together)

    async def _done(self, claim: Claim[L], do: Do[L, O]) -> Result[L, O] | None:
        row = claim.row
        metrics.LEASES.labels(row.__tablename__, "given_up" if claim.spent else "claimed").inc()
        with correlated(row.correlation_id), continuing(row.__tablename__, row.traceparent):
            try:
                outcome = GivenUp() if claim.spent else await do(self._job, row)
            except Exception:
                log.exception("lease.left", **_about(claim))
                return None
            cause = replace(row.origin.cause(self._job.now), traceparent=current_traceparent())
        return Result(row, outcome, cause)

    async def _save(self, workspace_id: UUID, together: Sequence[tuple[Claim[L], Result[L, O]]]) -> None:
        try:
            held = await until_written(lambda: self._write(workspace_id, together))
        except Exception as error:
            if len(together) > 1 and not is_lost_connection(error):
                log.info("leases.split", size=len(together), error=repr(error))
                for each in together:
                    await self._save(workspace_id, [each])
                return
            for claim, _ in together:
                with correlated(claim.row.correlation_id):
                    log.exception("lease.left", **_about(claim))
            return
        for claim, result in together:
            _tell(claim, result, lost=claim.row.id not in held)

    async def _write(self, workspace_id: UUID, together: Sequence[tuple[Claim[L], Result[L, O]]]) -> set[UUID]:
        """The ids of those whose lease was still held."""
        async with begin_in(self._job.sessions, workspace_id) as session:
            held = await _give_back_all(session, [claim for claim, _ in together])
            kept = [(held[claim.row.id], result) for claim, result in together if claim.row.id in held]
            if results := [replace(result, row=row) for row, result in kept]:
                await self._record(self._job, session, results)
        return set(held)


async def _give_back_all(session: AsyncSession, claims: Sequence[Claim[L]]) -> dict[UUID, L]:
    """Release these leases, at least one. Returns the locked rows by their ids, without those whose lease was lost."""
    model = type(claims[0].row)
    held = select(model).where(among(model.id, [claim.row.id for claim in claims]))
    held = held.where(among(model.lease_id, [claim.row.lease_id for claim in claims]))  # each is of one row alone
    in_order = held.order_by(model.id).with_for_update().execution_options(populate_existing=True)
    rows = (await session.scalars(in_order)).all()
    for row in rows:
        row.lease_id = None
    return {row.id: row for row in rows}


def _tell(claim: Claim[L], result: Result[L, O], *, lost: bool) -> None:
    metrics.LEASES.labels(claim.row.__tablename__, "lost").inc(lost)
    with correlated(claim.row.correlation_id):
        about = {"outcome": type(result.outcome).__name__, **_about(claim)}
        log.info("lease.lost" if lost else "lease.given_back", **about)


def _about(claim: Claim[L]) -> dict[str, object]:
    row = claim.row
    return {"table": row.__tablename__, "id": str(row.id), "tries": row.tries}
