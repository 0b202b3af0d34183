"""How to ask for an operation: what cannot be derived from its document, its guard and the permission table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from tests.authorisation.callers import Caller
from tests.authorisation.rows import Row
from tests.authorisation.world import World

Body = Mapping[str, Any]


@dataclass(frozen=True)
class Ask:
    """The parts of one request that an entry fills."""

    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Entry:
    """One way to ask for an operation.

    ``row`` names the rows (`rows`) of which the request names one, ``at`` where: ``path``, ``query.<name>`` or
    ``body.<name>``; ``made``: where the functions of ``path`` and ``body`` put it. ``hidden`` is the status of the
    answer about a row that the caller may not see. ``lists`` names the rows that the answer lists, exactly; ``sums``
    those whose amounts it adds up. ``refusals`` are problems that an allowed caller may meet.
    """

    row: str = ""
    at: str = "path"
    body: Body | Callable[[World, Caller, str | None], Body] | None = None
    path: Mapping[str, str] | Callable[[World, str | None], Mapping[str, str]] = field(default_factory=dict)
    query: Mapping[str, str] | Callable[[World], Mapping[str, str]] = field(default_factory=dict)
    hidden: int = 404
    lists: str = ""
    sums: str = ""
    refusals: frozenset[str] = frozenset()

    def ask(self, world: World, caller: Caller, id_: str | None, path: str) -> Ask:
        """The request about the row with this id."""
        body = self.body(world, caller, id_) if callable(self.body) else self.body
        named = self.path(world, id_) if callable(self.path) else self.path
        asked = self.query(world) if callable(self.query) else self.query
        if id_ is None or self.at == "made":
            return Ask(named, asked, body)
        where, _, name = self.at.partition(".")
        if where == "query":
            return Ask(named, {**asked, name: id_}, body)
        if where == "body":
            return Ask(named, asked, {**(body or {}), name: id_})
        [unnamed] = {part[1:-1] for part in path.split("/") if part.startswith("{")} - named.keys()
        return Ask({**named, unnamed: id_}, asked, body)


class Nested(Entry):
    """A row inside of another: its id has both, ``<outer>:<inner>``, for the two parameters of the path."""

    def ask(self, world: World, caller: Caller, id_: str | None, path: str) -> Ask:
        assert id_ is not None
        outer, _, inner = id_.partition(":")
        names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
        if not inner:
            outer = inner = str(uuid5(NAMESPACE_URL, id_))  # of the row that is not there
        body = self.body(world, caller, id_) if callable(self.body) else self.body
        asked = self.query(world) if callable(self.query) else self.query
        return Ask(dict(zip(names, (outer, inner), strict=True)), asked, body)


@dataclass(frozen=True)
class Proof:
    """An operation without a guard, or for services: ``valid`` is a request with a proof, ``invalid`` one without."""

    valid: Callable[[World], Ask]
    invalid: Callable[[World], Ask] | None = None
    hidden: int = 404


def absent(row: Row) -> str:
    """An id of the same shape that no row has."""
    try:
        UUID(row.id)
    except ValueError:
        return f"no-such-{uuid4().hex[:8]}"
    return str(uuid4())


ON_BEHALF = frozenset({"only-in-own-name"})
"""An archive is for people of the workspace, whatever they may do who work there on behalf."""


def _archive(world: World, caller: Caller, id_: str | None) -> Body:
    return {"batch_id": str(uuid4())}


def exports_of(service: str, list_: str) -> dict[str, tuple[Entry, ...]]:
    """Of a list, whose own permission decides."""
    mine, asked = f"exports of {service}", {"list": list_, "format": "csv"}
    return {
        "POST /exports": (Entry(body=asked, refusals=frozenset({"forbidden"})),),
        "GET /exports": (Entry(lists=mine),),
        "POST /exports/batches": (Entry(body=_archive, refusals=ON_BEHALF | {"too-many-archives"}),),
        "GET /exports/batches": (Entry(refusals=ON_BEHALF),),
        "GET /exports/{export_id}": (Entry(mine),),
        "GET /exports/{export_id}/file": (Entry(mine),),
    }
