"""What a service says about a list that can be exported."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar

import orjson
from babel.numbers import get_currency_precision
from pydantic import BaseModel

from shared.auth import Access
from shared.auth.permissions import handled
from shared.reads import ScopedReads
from shared.schemas import Body

F = TypeVar("F", bound=BaseModel)

Cell = str | int | float | Decimal | bool | None
Page = Mapping[str, Any]
"""The ``items`` of a page of the API, and the cursor ``next``."""


class NoFilters(Body):
    """Of a list that has none."""


@dataclass(frozen=True, slots=True)
class Asked(Generic[F]):
    """Whose list is read, and which of its rows. ``now`` is business time; ``settings`` are the service's."""

    reads: ScopedReads
    filters: F
    now: datetime
    settings: Any

    def page(self, cursor: str | None, limit: int) -> F:
        """The filters, if they are the list's query, as that of a page."""
        return self.filters.model_copy(update={"cursor": cursor, "limit": limit})


def as_listed(
    read: Callable[[ScopedReads, F], Awaitable[Page]],
) -> Callable[[Asked[F], str | None, int], Awaitable[Page]]:
    """The pages of a list whose filters are its query, as its endpoint reads them."""

    async def page(asked: Asked[F], cursor: str | None, limit: int) -> Page:
        return await read(asked.reads, asked.page(cursor, limit))

    return page


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a CSV file: the value at ``path``, such as ``product.display_name``, in an item of the list. Objects
    and lists are written as JSON."""

    title: str
    path: str

    def value(self, item: Any) -> Cell:
        found = found_at(item, self.path)
        return orjson.dumps(found).decode() if isinstance(found, dict | list) else found


@dataclass(frozen=True, slots=True)
class Amount(Column):
    """A column with an amount in major units, which is a number: ``12.50``. Its currency has a column of its own."""

    currency: str = "currency"

    def value(self, item: Any) -> Cell:
        minor = found_at(item, self.path)
        return None if minor is None else in_major_units(minor, found_at(item, self.currency))


def found_at(item: Any, path: str) -> Any:
    """What is at a path in an object; None where something above it is null."""
    for name in path.split("."):
        item = item and item[name]
    return item


def in_major_units(minor: int, currency: str) -> Decimal:
    return Decimal(minor).scaleb(-get_currency_precision(currency))


@dataclass(frozen=True, slots=True)
class ArchiveFile:
    """A file in an archive of a workspace: the list with these filters. ``meaning`` is a marked sentence that says what
    it has."""

    name: str
    meaning: str
    filters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ExportList(Generic[F]):
    """A list that can be exported by whoever has ``permission``, which is that of the list itself. ``own``: it also has
    rows for those who have the permission for their own rows only."""

    name: str
    permission: str
    filters: type[F]
    """The query of the list's endpoint, or what of it are filters."""
    columns: Sequence[Column]
    read: Callable[[Asked[F], str | None, int], Awaitable[Page]]
    """A page of the list after a cursor, of at most so many rows, as its endpoint answers it."""
    own: bool = False
    archived: Sequence[ArchiveFile] = ()
    """What archives have of it: nothing where its rows belong to other workspaces."""

    def narrowed(self, access: Access) -> Access:
        """The access for this list. Raises `Forbidden`."""
        return access.narrowed_to(self.permission, handled(own=self.own))
