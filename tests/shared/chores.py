"""A minimal use of leases: a table of chores, and workers that claim them."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID, uuid4

from sqlalchemy import DateTime, MetaData, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.db import Sessions
from shared.jobs import JobContext
from shared.leases import Claim, GivenUp, Leased, Retry, claim, lease_rules, work_on, work_through
from shared.origin import Origin
from shared.tables import NAMES, Kind, rows
from tests.harness.clocks import StoppedClock
from tests.harness.databases import Database

LEASE = timedelta(seconds=60)
PAUSE = timedelta(seconds=5)
RETRY = Retry(tries=3, pauses=(PAUSE, 2 * PAUSE))


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: DateTime(timezone=True)}


class Chore(Leased, Base):
    """The smallest leased row. It is done or given up, and counts how often an outcome was recorded."""

    __tablename__ = "chores"
    __table_args__ = (*lease_rules(), rows(Kind.plumbing))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    workspace_id: Mapped[UUID] = mapped_column(default=uuid4)
    recorded: Mapped[int] = mapped_column(default=0)
    ends: Mapped[int] = mapped_column(default=0)
    given_up: Mapped[bool] = mapped_column(default=False)


class Workers:
    """Any number of workers on one table. ``answer`` is the outcome of their external calls: ``done``, ``in vain``, or
    it ``raises``; ``calls`` counts the calls per chore."""

    def __init__(self, sessions: Sessions) -> None:
        self.sessions = sessions
        self.clock = StoppedClock()
        self.limit = 5
        self.calls: Counter[UUID] = Counter()
        self.answer = "done"

    @property
    def job(self) -> JobContext:
        return JobContext(self.sessions, self.clock, None)

    async def find(self, job: JobContext, session: AsyncSession) -> list[Claim[Chore]]:
        return await claim(session, Chore, RETRY, now=job.real_now, lease=LEASE, limit=self.limit)

    async def claim(self) -> list[Claim[Chore]]:
        async with self.sessions.begin() as session:
            return await self.find(self.job, session)

    async def do(self, job: JobContext, chore: Chore) -> str:
        self.calls[chore.id] += 1
        if self.answer == "raises":
            raise ConnectionError("the outside is away")
        return self.answer

    async def record(self, job: JobContext, session: AsyncSession, chore: Chore, outcome: str | GivenUp) -> None:
        chore.recorded += 1
        chore.due_at = RETRY.next_try(chore, job.real_now) if outcome == "in vain" else None
        if chore.due_at is None:
            chore.ends += 1
            chore.given_up = outcome != "done"

    async def finish(self, held: Claim[Chore]) -> None:
        await work_on(self.job, held, self.do, self.record)

    async def work(self) -> int:
        return await work_through(self.job, self.find, self.do, self.record)

    async def add(self, count: int = 1, **columns: Any) -> list[UUID]:
        ids = [uuid4() for _ in range(count)]
        given = {"origin": Origin(uuid4()), "due_at": self.clock.at} | columns
        async with self.sessions.begin() as session:
            session.add_all(Chore(id=id_, **given) for id_ in ids)
        return ids

    async def chores(self) -> dict[UUID, Chore]:
        async with self.sessions() as session:
            return {chore.id: chore for chore in await session.scalars(select(Chore))}


@asynccontextmanager
async def workers_of(database: Database) -> AsyncIterator[Workers]:
    """Workers on an empty table, which is dropped afterwards."""
    async with database.owner.begin() as session:
        await (await session.connection()).run_sync(Base.metadata.create_all)
        await session.execute(text(f"GRANT ALL ON chores TO portico_{database.service}_worker"))
    yield Workers(database.worker)
    async with database.owner.begin() as session:
        await session.execute(text("DROP TABLE chores"))
