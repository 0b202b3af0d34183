"""The permission table: which role may do what, read from `shared/permissions.toml`."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal
from uuid import UUID

Settled = Literal["all", "ask", "own"]
Level = Settled | Literal["holder", "scoped"]
"""A cell of the table. `settle` makes ``all`` of ``holder`` and ``scoped``, or nothing."""

ROLES = ("admin", "regular", "member", "additional", "read_only", "support", "billing")
LEVELS = ("all", "holder", "scoped", "ask", "own")
STRONGEST_FIRST: tuple[Settled, ...] = ("all", "ask", "own")


@dataclass(frozen=True)
class Permission:
    """One row of the table. Empty ``kinds`` means workspaces of every kind."""

    name: str
    title: str
    roles: MappingProxyType[str, Level]
    kinds: frozenset[str]


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
    levels: dict[Level, bool] = {"all": True, "holder": True, "scoped": True, "own": own, "ask": ask}
    return frozenset(level for level, is_handled in levels.items() if is_handled)


@cache
def table() -> MappingProxyType[str, Permission]:
    """All permissions by name."""
    source = tomllib.loads((Path(__file__).parent.parent / "permissions.toml").read_text())
    return MappingProxyType({name: _row(name, row) for name, row in source["permissions"].items()})


def _row(name: str, row: dict[str, Any]) -> Permission:
    kinds, title = row.pop("kinds", []), row.pop("title")
    for role, level in row.items():
        if role not in ROLES or level not in LEVELS:
            raise ValueError(f"permissions.toml: {name} has {role} = {level!r}")
    return Permission(name, title, MappingProxyType(row), frozenset(kinds))


def level(permission: str, role: str, workspace_kind: str) -> Level | None:
    """The level of ``permission`` that ``role`` has in a workspace of that kind, or None."""
    row = table()[permission]
    return row.roles.get(role) if not row.kinds or workspace_kind in row.kinds else None


def settle(permission: str, granted: GrantedRole, workspace_kind: str, holder_control: bool) -> Settled | None:
    """What the grant allows in such a workspace. While holder control is on, ``holder`` allows it only to holders.
    ``scoped`` allows it only to a grant that is limited to a bill group or location."""
    found = level(permission, granted.role, workspace_kind)
    if found == "holder":
        return "all" if granted.holder or not holder_control else None
    if found == "scoped":
        return "all" if granted.bill_group_id or granted.location_id else None
    return found


def permissions_of(grants: Iterable[GrantedRole], workspace_kind: str, holder_control: bool) -> dict[str, Settled]:
    """The permissions of all these grants, each at its strongest level."""
    grants = list(grants)
    found: dict[str, Settled] = {}
    for name in table():
        held = {settle(name, granted, workspace_kind, holder_control) for granted in grants}
        if strongest := next((each for each in STRONGEST_FIRST if each in held), None):
            found[name] = strongest
    return found
