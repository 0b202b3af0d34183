"""Work that takes longer than a transaction is a row that is done by whoever claims it.

A worker claims rows in one transaction, works on them outside of any, and records each in a transaction of its own.
What it claims is its own until the lease ends. A worker that dies, or is too slow, loses the lease and nothing else:
the row is claimed again, and what the slow one brings is not recorded. All times are real.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from uuid import UUID

import structlog
from sqlalchemy import CheckConstraint, Index, case, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.schema import SchemaItem

from shared.jobs import JobContext
from shared.logs import correlated
from shared.origin import Originated
from shared.outbox import transaction
from shared.telemetry import metrics
from shared.telemetry.tracing import continuing

log = structlog.get_logger()


class Leased(Originated):
    """Columns for a model whose rows are work; `lease_rules` belongs into its ``__table_args__``."""

    if TYPE_CHECKING:
        __tablename__: str
        id: Mapped[UUID]
        workspace_id: Mapped[UUID]

    due_at: Mapped[datetime | None] = mapped_column(server_default=func.clock_timestamp())
    """When it may be claimed: its next try, or the end of its lease; None once there is nothing left to do."""
    lease_id: Mapped[UUID | None]
    """New with each claim; None while nobody works on it."""
    tries: Mapped[int] = mapped_column(default=0)
    """How often it was claimed. A model that counts tries in a row sets it to 0 after each that succeeds."""


L = TypeVar("L", bound=Leased)
O = TypeVar("O")  # noqa: E741 - the outcome of one try


def lease_rules() -> tuple[SchemaItem, ...]:
    """The constraints of `Leased` rows, and the index by which they are claimed."""
    return (
        CheckConstraint("lease_id IS NULL OR due_at IS NOT NULL", name="lease"),
        CheckConstraint("tries >= 0", name="tries"),
        Index(None, "due_at", postgresql_where=text("due_at IS NOT NULL")),
    )


@dataclass(frozen=True, slots=True)
class Retry:
    """How often a row is tried, and how long each further try waits; the last pause goes on."""

    tries: int
    pauses: tuple[timedelta, ...]

    def next_try(self, row: Leased, now: datetime, *, until: datetime | None = None) -> datetime | None:
        """When to try again after a try in vain; None if that would be one too many, or not before ``until``."""
        due_at = now + self.pauses[min(row.tries, len(self.pauses)) - 1]
        return None if row.tries >= self.tries or (until and due_at >= until) else due_at


@dataclass(frozen=True, slots=True)
class Claim(Generic[L]):
    """A row as it was claimed. ``spent``: no try is left, so that it has to be recorded as given up."""

    row: L
    spent: bool


@dataclass(frozen=True, slots=True)
class GivenUp:
    """What came of a row that has no try left, because its last holder died: nobody knows what was done."""


async def claim(
    session: AsyncSession, model: type[L], retry: Retry, *, now: datetime, lease: timedelta, limit: int, **values: Any
) -> list[Claim[L]]:
    """Take up to ``limit`` rows that are due, the oldest first, and those whose holder's lease is over, until
    ``now + lease``; ``values`` are columns to set as well. Any number of workers may ask at once.

    Each claim counts as a try, so that one whose holder dies does too. The claim of a row that has none left does not.
    """
    due = select(model.id, (model.tries >= retry.tries).label("spent")).where(model.due_at <= now)
    mine = due.order_by(model.due_at).limit(limit).with_for_update(skip_locked=True).cte("mine")
    tries = model.tries + case((mine.c.spent, 0), else_=1)
    taken = update(model).where(model.id == mine.c.id).returning(model, mine.c.spent)
    taken = taken.values(lease_id=func.gen_random_uuid(), due_at=now + lease, tries=tries, **values)
    claimed = await session.execute(taken, execution_options={"synchronize_session": False})
    return [Claim(*row) for row in claimed]


async def give_back(session: AsyncSession, claim: Claim[L]) -> L | None:
    """The row, locked and without its lease, for the caller to say when it is due next; None if the lease was lost."""
    model = type(claim.row)
    held = select(model).where(model.id == claim.row.id, model.lease_id == claim.row.lease_id)
    row = await session.scalar(held.with_for_update().execution_options(populate_existing=True))
    if row is not None:
        row.lease_id = None
    return row


Find = Callable[[JobContext, AsyncSession], Awaitable[Sequence[Claim[L]]]]
Do = Callable[[JobContext, L], Awaitable[O]]
Record = Callable[[JobContext, AsyncSession, L, O | GivenUp], Awaitable[None]]


async def work_through(job: JobContext, find: Find[L], do: Do[L, O], record: Record[L, O]) -> int:
    """Claim some rows, work on them side by side, record each, and return how many they were.

    ``find`` claims. ``do`` gets a row in no session and may call the outside; ``record`` gets the row in the
    transaction that gives it back, in the scope of its workspace and with its origin as the cause.
    """
    async with job.sessions.begin() as session:
        claims = await find(job, session)
    await asyncio.gather(*(work_on(job, claim, do, record) for claim in claims))
    return len(claims)


async def work_on(job: JobContext, claim: Claim[L], do: Do[L, O], record: Record[L, O]) -> None:
    """Work on one row. What it raises is logged: then the lease ends, and somebody tries again."""
    row = claim.row
    about = {"table": row.__tablename__, "id": str(row.id), "tries": row.tries}
    metrics.LEASES.labels(row.__tablename__, "given_up" if claim.spent else "claimed").inc()
    with correlated(row.correlation_id), continuing(row.__tablename__, row.traceparent):
        try:
            outcome = GivenUp() if claim.spent else await do(job, row)
            cause = row.origin.cause(job.now)
            async with transaction(job.sessions, cause, workspace_id=row.workspace_id) as session:
                held = await give_back(session, claim)
                if held is not None:
                    await record(job, session, held, outcome)
            metrics.LEASES.labels(row.__tablename__, "lost").inc(held is None)
            log.info("lease.given_back" if held else "lease.lost", outcome=type(outcome).__name__, **about)
        except Exception:
            log.exception("lease.left", **about)
