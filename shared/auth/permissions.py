"""The permission table: which role may do what, read from `shared/permissions.toml`."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, get_args

Level = Literal["all", "holder", "scoped", "ask", "own"]

ROLES = ("admin", "regular", "member", "additional", "read_only", "support", "billing")
_STRENGTH = {level: -rank for rank, level in enumerate(get_args(Level))}


@dataclass(frozen=True)
class Permission:
    """One row of the table. Empty ``kinds`` means workspaces of every kind."""

    name: str
    title: str
    roles: MappingProxyType[str, Level]
    kinds: frozenset[str]


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
        if role not in ROLES or level not in _STRENGTH:
            raise ValueError(f"permissions.toml: {name} has {role} = {level!r}")
    return Permission(name, title, MappingProxyType(row), frozenset(kinds))


def level(permission: str, role: str, workspace_kind: str) -> Level | None:
    """The level of ``permission`` that ``role`` has in a workspace of that kind, or None."""
    row = table()[permission]
    return row.roles.get(role) if not row.kinds or workspace_kind in row.kinds else None


def permissions_of(roles: Iterable[str], workspace_kind: str) -> dict[str, Level]:
    """The permissions of all these roles, each at its strongest level."""
    found: dict[str, Level] = {}
    for role in roles:
        for name in table():
            new = level(name, role, workspace_kind)
            if new and (name not in found or _STRENGTH[new] > _STRENGTH[found[name]]):
                found[name] = new
    return found
