"""Work outside of transactions: rows that workers claim with a lease.

A worker claims rows in one transaction, works on them outside of any, and records each outcome in a separate
transaction. When a worker dies or is too slow, its lease expires: the row is claimed again, and the late outcome is
discarded. All times are real time.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from uuid import UUID

import structlog
from sqlalchemy import CheckConstraint, ColumnElement, Index, case, func, select, text, true, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.schema import SchemaItem

from shared.db import Sessions
from shared.errors import is_lost_connection
from shared.jobs import JobContext
from shared.logs import correlated
from shared.origin import Originated
from shared.outbox import transaction
from shared.telemetry import metrics
from shared.telemetry.tracing import continuing

log = structlog.get_logger()


class Leased(Originated):
    """Columns of a model whose rows are leased; add `lease_rules` to its ``__table_args__``."""

    if TYPE_CHECKING:
        __tablename__: str
        id: Mapped[UUID]
        workspace_id: Mapped[UUID]

    due_at: Mapped[datetime | None] = mapped_column(server_default=func.clock_timestamp())
    """When it may be claimed: the next attempt, or the end of the lease. Null when nothing is left to do."""
    lease_id: Mapped[UUID | None]
    """New with each claim. Null while it is not claimed."""
    tries: Mapped[int] = mapped_column(default=0)
    """How often it was claimed. A model that counts consecutive failures resets it to 0 after each success."""


L = TypeVar("L", bound=Leased)
O = TypeVar("O")  # noqa: E741 - the outcome of one try


def lease_rules() -> tuple[SchemaItem, ...]:
    """The constraints of `Leased` rows, and the index for claims."""
    return (
        CheckConstraint("lease_id IS NULL OR due_at IS NOT NULL", name="lease"),
        CheckConstraint("tries >= 0", name="tries"),
        Index(None, "due_at", postgresql_where=text("due_at IS NOT NULL")),
    )


@dataclass(frozen=True, slots=True)
class Retry:
    """A retry policy: the maximum of attempts, and the delays between them. The last delay repeats."""

    tries: int
    pauses: tuple[timedelta, ...]

    def next_try(self, row: Leased, now: datetime, *, until: datetime | None = None) -> datetime | None:
        """When to retry after a failed attempt. None if no attempt is left or it would not be before ``until``."""
        due_at = now + self.pauses[min(row.tries, len(self.pauses)) - 1]
        return None if row.tries >= self.tries or (until and due_at >= until) else due_at


@dataclass(frozen=True, slots=True)
class Claim(Generic[L]):
    """A claimed row. ``spent`` means that no attempt is left and it has to be recorded as given up."""

    row: L
    spent: bool


@dataclass(frozen=True, slots=True)
class GivenUp:
    """The outcome of a row without attempts left whose last worker died. What it did is unknown."""


async def claim(
    session: AsyncSession, model: type[L], retry: Retry, *, now: datetime, lease: timedelta, limit: int,
    among: ColumnElement[bool] = true(), **values: Any,
) -> list[Claim[L]]:  # fmt: skip
    """Claim up to ``limit`` due rows, including those with an expired lease, oldest first, until ``now + lease``; only
    ``among`` those. ``values`` are further columns to set. Safe for concurrent workers.

    Each claim counts as an attempt, even if the worker dies, except for a row without attempts left.
    """
    due = select(model.id, (model.tries >= retry.tries).label("spent")).where(model.due_at <= now, among)
    mine = due.order_by(model.due_at).limit(limit).with_for_update(skip_locked=True).cte("mine")
    tries = model.tries + case((mine.c.spent, 0), else_=1)
    taken = update(model).where(model.id == mine.c.id).returning(model, mine.c.spent)
    taken = taken.values(lease_id=func.gen_random_uuid(), due_at=now + lease, tries=tries, **values)
    return [Claim(*row) for row in await session.execute(taken, execution_options={"synchronize_session": False})]


async def give_back(session: AsyncSession, claim: Claim[L]) -> L | None:
    """Release the lease. Returns the locked row, whose ``due_at`` the caller sets, or None if the lease was lost."""
    model = type(claim.row)
    held = select(model).where(model.id == claim.row.id, model.lease_id == claim.row.lease_id)
    row = await session.scalar(held.with_for_update().execution_options(populate_existing=True))
    if row is not None:
        row.lease_id = None
    return row


async def prolong(sessions: Sessions, row: Leased, until: datetime, **values: Any) -> bool:
    """Keep a row whose work takes longer than a lease, and set ``values``. False if the lease was lost: stop working on
    it."""
    model = type(row)
    held = update(model).where(model.id == row.id, model.lease_id == row.lease_id).values(due_at=until, **values)
    async with sessions.begin() as session:
        found = await session.execute(held.returning(model.id), execution_options={"synchronize_session": False})
        return found.first() is not None


AWAY_SECONDS = (0.2, 1, 2, 4, 8)
"""The pauses between tries to write an outcome: a server that restarts or fails over is back by then."""

Find = Callable[[JobContext, AsyncSession], Awaitable[Sequence[Claim[L]]]]
Do = Callable[[JobContext, L], Awaitable[O]]
Record = Callable[[JobContext, AsyncSession, L, O | GivenUp], Awaitable[None]]


async def work_through(job: JobContext, find: Find[L], do: Do[L, O], record: Record[L, O]) -> int:
    """Claim rows, process them concurrently, record each outcome, and return the number of rows.

    ``find`` claims. ``do`` gets a detached row and may call external systems. ``record`` gets the row in the
    transaction that releases it, with the scope of its workspace and its origin as the cause.
    """
    async with job.sessions.begin() as session:
        claims = await find(job, session)
    await asyncio.gather(*(work_on(job, claim, do, record) for claim in claims))
    return len(claims)


async def work_on(job: JobContext, claim: Claim[L], do: Do[L, O], record: Record[L, O]) -> None:
    """Process one row. Errors are logged; the row is retried when its lease expires."""
    row = claim.row
    about = {"table": row.__tablename__, "id": str(row.id), "tries": row.tries}
    metrics.LEASES.labels(row.__tablename__, "given_up" if claim.spent else "claimed").inc()
    with correlated(row.correlation_id), continuing(row.__tablename__, row.traceparent):
        try:
            outcome = GivenUp() if claim.spent else await do(job, row)
            held = await until_written(lambda: _record(job, claim, outcome, record))
            metrics.LEASES.labels(row.__tablename__, "lost").inc(not held)
            log.info("lease.given_back" if held else "lease.lost", outcome=type(outcome).__name__, **about)
        except Exception:
            log.exception("lease.left", **about)


async def _record(job: JobContext, claim: Claim[L], outcome: O | GivenUp, record: Record[L, O]) -> bool:
    """Whether the lease was still held."""
    cause = claim.row.origin.cause(job.now)
    async with transaction(job.sessions, cause, workspace_id=claim.row.workspace_id) as session:
        if (held := await give_back(session, claim)) is not None:
            await record(job, session, held, outcome)
    return held is not None


async def until_written(write: Callable[[], Awaitable[O]]) -> O:
    """What ``write`` returns, which gives a lease back in a transaction. Tried again while the database is away: what
    was done outside would be done again if nobody knew of it. Where it was written and only the answer was lost, the
    next try finds the lease given back. Raises what the last try raised."""
    for seconds in AWAY_SECONDS:
        try:
            return await write()
        except Exception as error:
            if not is_lost_connection(error):
                raise
        await asyncio.sleep(seconds)
    return await write()
