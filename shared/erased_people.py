"""What every service forgets of an erased person: their address beside what they did. Their id stays, as a pseudonym.

Events and requests that were on their way may bring an address back. So each service remembers whom it has forgotten,
and forgets again, a few times a day, for longer than events are kept.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Column, MetaData, Table, TextClause, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from shared.scope import acting_in
from shared.tables import Kind, plumbing, rows

AGAIN_FOR = timedelta(days=8)
"""How long an event of before can still arrive: outboxes keep theirs for seven days."""
NEVER_OLDER = 2**31 - 1
"""The version of a copy of an erased person: no event has a later one."""
ADDRESS = "_address"

Deed = tuple[Table, Column[UUID], Column[str]]
"""A table, its column with the id of who did something, and the one with their address at that moment."""


class Erased:
    """A person whose data was forgotten here at their wish, by a pseudonym: what arrives late of them is forgotten,
    too. Each service that has data of people has a table of them."""

    __tablename__ = "erased_people"
    __table_args__ = (rows(Kind.installation, worker="select insert"),)  # ids of nobody any more, for the worker alone

    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    erased_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    """Real time."""


async def remember(session: AsyncSession, model: type[Erased], user_id: UUID) -> None:
    """Remember whom the service has forgotten. Idempotent."""
    await session.execute(insert(model).values(user_id=user_id).on_conflict_do_nothing())


async def forget_again(
    session: AsyncSession, model: type[Erased], forget: Callable[[AsyncSession, UUID], Awaitable[None]], now: datetime
) -> int:
    """Forget what has arrived late of whom the service remembers. ``now`` is real time."""
    lately = select(model.user_id).where(model.erased_at > now - AGAIN_FOR)
    found = list(await session.scalars(lately.order_by(model.user_id)))
    for user_id in found:
        await forget(session, user_id)
    return len(found)


def deeds_in(metadata: MetaData) -> list[Deed]:
    """Those of a service, with its refused attempts and exports. They are found by their names: ``begun_by_address`` is
    the address of ``begun_by``."""
    tables = (*metadata.sorted_tables, *plumbing.sorted_tables)
    return [
        (table, table.c[name.removesuffix(ADDRESS)], table.c[name])
        for table in tables
        for name in table.c.keys()  # noqa: SIM118 - the columns' names
        if name.endswith("_by" + ADDRESS) and name.removesuffix(ADDRESS) in table.c
    ]


async def forget_deeds(
    session: AsyncSession, deeds: Sequence[Deed], user_id: UUID, further: Sequence[TextClause] = ()
) -> None:
    """Forget the person's address wherever they did something. ``further``: statements that do so where there is no id
    beside it, in the scope of each such workspace. Idempotent."""
    there = set[UUID]()
    for table, by, address in deeds:
        left = select(table.c.workspace_id).where(by == user_id, address.is_not(None))
        there.update(await session.scalars(left.distinct()))
    for workspace_id in sorted(there):
        async with acting_in(session, workspace_id, user_id):
            for table, by, address in deeds:
                mine = update(table).where(by == user_id, table.c.workspace_id == workspace_id, address.is_not(None))
                await session.execute(mine.values({address: None}))
            for statement in further:
                await session.execute(statement, {"user_id": user_id, "workspace_id": workspace_id})
