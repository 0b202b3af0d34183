"""How a service names the tables that have something of people, and what of their rows is for them."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

import asyncpg
from sqlalchemy import Table

from shared.attempts.models import RefusedAttempt
from shared.auth import Access
from shared.auth.permissions import handled
from shared.errors import Forbidden
from shared.language import mark
from shared.reads import ScopedReads, in_scope
from shared.scope import EVERYWHERE, settings_of

MOST = 10_000
"""Rows of a table."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reading:
    """Whose data is read. ``places`` is the person's access to each workspace that they are a user of now, not narrowed
    to a permission yet; ``settings`` are the service's."""

    pool: asyncpg.Pool
    access: Access
    places: Sequence[Access]
    settings: Any
    locale: str

    def within(self, permission: str, *, own: bool = False) -> list[ScopedReads]:
        """Reads in each of these workspaces where the person has a permission; ``own``: or for their own rows."""
        found = []
        for access in self.places:
            with suppress(Forbidden):
                found.append(ScopedReads(self.pool, access.narrowed_to(permission, handled(own=own))))
        return found

    async def in_person(self, query: str) -> list[Any]:
        """What row security shows to the person themselves, whatever the workspace."""
        scope = settings_of(None, self.access.user_id, EVERYWHERE)
        return await self.pool.fetch(in_scope(query, 1), self.access.user_id, *scope)


class OwnTable(Protocol):
    """A table with something of people."""

    @property
    def table(self) -> Table: ...
    @property
    def name(self) -> str: ...
    @property
    def about(self) -> str: ...
    def rows(self, reading: Reading) -> AsyncIterator[Row]: ...


@dataclass(frozen=True)
class OwnRows:
    """The rows of a table that ``where`` finds, an SQL condition in which ``$1`` is the person: in each workspace that
    they are a user of or, of what is ``personal``, in all at once. Of each only ``columns`` are told."""

    model: Any
    about: str
    columns: str
    where: str = "user_id = $1"
    personal: bool = False
    named: str | None = None
    """Where one table has two lists."""

    @property
    def table(self) -> Table:
        found: Table = self.model.__table__
        return found

    @property
    def name(self) -> str:
        return self.named or self.table.name

    @property
    def query(self) -> str:
        told = ", ".join(f'"{self.table.c[name].name}"' for name in self.columns.split())
        order = ", ".join(f'"{column.name}"' for column in self.table.primary_key)
        here = "" if self.personal else " AND workspace_id = $2"
        return f"SELECT {told} FROM {self.table.name} WHERE ({self.where}){here} ORDER BY {order} LIMIT {MOST + 1}"  # noqa: S608 - constants

    async def rows(self, reading: Reading) -> AsyncIterator[Row]:
        if self.personal:
            for row in await reading.in_person(self.query):
                yield dict(row.items())
            return
        for read in reading.within("session.own"):
            for row in await read.fetch(self.query, read.access.user_id, read.access.workspace_id):
                yield dict(row.items())


@dataclass(frozen=True)
class OwnList:
    """Rows in the form in which a list of the API gives them."""

    model: Any
    about: str
    read: Callable[[Reading], AsyncIterator[Row]]

    @property
    def table(self) -> Table:
        found: Table = self.model.__table__
        return found

    @property
    def name(self) -> str:
        return self.table.name

    def rows(self, reading: Reading) -> AsyncIterator[Row]:
        return self.read(reading)


REFUSED_ATTEMPTS = OwnRows(
    RefusedAttempt,
    mark("What you tried in the last hours and were not allowed to do."),
    "workspace_id operation permission told_at told untold",
)


async def paged(page: Callable[[str | None], Awaitable[Mapping[str, Any]]]) -> AsyncIterator[Row]:
    """The rows of a list's pages, one after the other. ``page`` reads the one after a cursor."""
    cursor = None
    while True:
        found = await page(cursor)
        for item in found["items"]:
            yield item
        if (cursor := found["next"]) is None:
            return
