"""What every table declares: whose rows it has, and what each database role may do with them.

`deploy.migrating.rights` makes privileges and row security of it.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, MetaData, Table

NAMES = {kind: f"{kind}_%(table_name)s_%(column_0_N_name)s" for kind in ("ix", "uq", "fk")}
NAMES |= {"pk": "pk_%(table_name)s", "ck": "ck_%(table_name)s_%(constraint_name)s"}

plumbing = MetaData(naming_convention=NAMES)
"""The tables of every service: outbox, inbox, idempotency keys, copies of grants and workspaces."""


class Kind(StrEnum):
    """Who sees the rows of a table."""

    workspace = "workspace"
    parent_readable = "parent_readable"
    person = "person"
    installation = "installation"
    plumbing = "plumbing"


@dataclass(frozen=True)
class Rows:
    """Whose rows a table has. The API role reads and writes only its scope. The worker role, of handlers and jobs,
    reads all rows but writes only its scope. Kinds ``installation`` and ``plumbing`` have no tenant and no row
    security.

    Within bill groups or locations, a tenant's table is visible by its columns ``bill_group_id`` and ``location_id``. A
    table without them is invisible there, unless ``within`` says what may be read, and ``because`` why.
    """

    kind: Kind
    api: str = ""
    """The privileges of the API role, such as ``select insert``."""
    worker: str = ""
    worker_writes_across: bool = False
    """One statement of the worker role writes rows of several workspaces."""
    worker_writes_many: bool = False
    """The worker role may write rows of the workspaces that it names (`shared.scope.writing_in`), and of no others."""
    within: str = ""
    """An SQL condition on the rows of the workspace."""
    because: str = ""
    within_writes: bool = False
    """Such rows may be written there, too."""
    owner: str = ""
    """``SELECT`` or ``ALL``: what functions that run as the tables' owner may do with all rows."""
    also_reads: dict[str, str] = field(default_factory=dict)
    """Further rows that the API role may read: SQL conditions by the name of their policy."""


def rows(kind: Kind, **declared: Any) -> dict[str, Any]:
    """The last of a model's ``__table_args__``."""
    return {"info": {"rows": Rows(kind, **declared)}}


def plumbing_table(name: str, *columns: Column[Any], api: str, worker: str, kind: Kind = Kind.plumbing) -> Table:
    return Table(name, plumbing, *columns, **rows(kind, api=api, worker=worker))


def _setting(name: str) -> str:
    """An id that is set in the transaction. The sub-select is evaluated once per query, so an index can be used."""
    return f"(SELECT nullif(current_setting('portico.{name}', true), '')::uuid)"


WORKSPACE, PERSON = _setting("workspace"), _setting("person")
"""The workspace and the person of the scope, in SQL conditions."""

WITHIN = "current_setting('portico.within', true)"
COVERED = f"string_to_array((SELECT CASE WHEN {WITHIN} ~ '^[0-9a-f]' THEN {WITHIN} END), ',')::uuid[]"
"""The bill groups and locations that the scope is limited to. Null without any, which no row matches."""
