"""The permission table: which role may do what, read from `shared/permissions.toml`."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal
from uuid import UUID

Settled = Literal["all", "ask", "own"]
Level = Settled | Literal["holder", "holders_only", "scoped"]
"""A cell of the table. `settle` makes ``all`` of ``holder``, ``holders_only`` and ``scoped``, or nothing."""

ROLES = ("admin", "regular", "member", "additional", "read_only", "support", "billing")
PAYER = "payer"
"""What billing makes of the people of a location, where their bill group lets them see and pay its invoices. Nobody is
given this role."""
LEVELS = ("all", "holder", "holders_only", "scoped", "ask", "own")
OF_HOLDERS: tuple[Level, ...] = ("holder", "holders_only")
STRONGEST_FIRST: tuple[Settled, ...] = ("all", "ask", "own")


@dataclass(frozen=True)
class Permission:
    """One row of the table. Empty ``kinds`` means workspaces of every kind."""

    name: str
    title: str
    roles: MappingProxyType[str, Level]
    kinds: frozenset[str]
    narrowed: bool = False
    """Whether a grant gives it, too, that is limited to a bill group or location."""


@dataclass(frozen=True, slots=True)
class GrantedRole:
    """A grant that applies to this request."""

    role: str
    bill_group_id: UUID | None = None
    location_id: UUID | None = None
    holder: str | None = None
    """The holder slot of the account that the person has: ``primary``, ``alternate`` or None."""


def handled(*, own: bool = False, ask: bool = False) -> frozenset[Level]:
    """The levels that a route handles: those of every route, whose rows the scope narrows, and those that it names."""
    named: dict[Level, bool] = {"own": own, "ask": ask}
    return frozenset(("all", *OF_HOLDERS, "scoped", *(level for level, is_handled in named.items() if is_handled)))


@cache
def table() -> MappingProxyType[str, Permission]:
    """All permissions by name."""
    return MappingProxyType({name: _row(name, row) for name, row in _source()["permissions"].items()})


@cache
def open_while_suspended(via: str) -> frozenset[str]:
    """The permissions by which a suspended workspace can still be changed by whoever came in through this door."""
    return frozenset(_source()["while_suspended"].get(via, ()))


def _source() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent.parent / "permissions.toml").read_text())


def _row(name: str, row: dict[str, Any]) -> Permission:
    kinds, title, narrowed = row.pop("kinds", []), row.pop("title"), row.pop("narrowed", False)
    for role, level in row.items():
        if role not in (*ROLES, PAYER) or level not in LEVELS:
            raise ValueError(f"permissions.toml: {name} has {role} = {level!r}")
    return Permission(name, title, MappingProxyType(row), frozenset(kinds), narrowed)


def level(permission: str, role: str, workspace_kind: str) -> Level | None:
    """The level of ``permission`` that ``role`` has in a workspace of that kind, or None."""
    row = table()[permission]
    return row.roles.get(role) if not row.kinds or workspace_kind in row.kinds else None


def settle(permission: str, granted: GrantedRole, workspace_kind: str, holder_control: bool) -> Settled | None:
    """What the grant allows in such a workspace. ``holders_only`` allows it only to holders, and so does ``holder``
    while holder control is on. ``scoped`` allows it only to a grant that is limited to a bill group or location, which
    gives else only what the table calls narrowed."""
    found, is_narrowed = level(permission, granted.role, workspace_kind), granted.bill_group_id or granted.location_id
    if found == "scoped":
        return "all" if is_narrowed else None
    if is_narrowed and not table()[permission].narrowed:
        return None
    if found in OF_HOLDERS:
        return "all" if granted.holder or (found == "holder" and not holder_control) else None
    return found  # type: ignore[return-value] # the other levels are settled


def permissions_of(grants: Sequence[GrantedRole], workspace_kind: str, holder_control: bool) -> dict[str, Settled]:
    """The permissions of all these grants, each at its strongest level."""
    found: dict[str, Settled] = {}
    for name in table():
        held = {settle(name, granted, workspace_kind, holder_control) for granted in grants}
        if strongest := next((each for each in STRONGEST_FIRST if each in held), None):
            found[name] = strongest
    return found
