"""Guards and scopes that are taken away in memory, one at a time."""

import re
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi import Request
from sqlalchemy import text

from shared.auth import Access, access, public
from shared.auth.permissions import OF_HOLDERS, GrantedRole, Level, Settled, table
from shared.auth.routes import Allow, Public, bearer
from shared.scope import EVERYWHERE
from tests.authorisation.callers import CALLERS
from tests.authorisation.entries import Entry
from tests.authorisation.expectation import Expected, decide
from tests.authorisation.matrix import GUARDS, OPERATIONS, ROUTES
from tests.authorisation.operations import TABLE
from tests.authorisation.second_line import Secured, secured_tables
from tests.authorisation.world import World
from tests.contracts.openapi import SERVICES, Operation, operations


@dataclass(frozen=True)
class Removal:
    """``removed`` runs the block without the guard or scope. ``operations`` are those that it concerns."""

    kind: str
    what: str
    removed: Callable[[World], AbstractAsyncContextManager[None]]
    operations: tuple[Operation, ...]
    table: Secured | None = None

    @property
    def leaves_a_caller(self) -> bool:
        """Whether endpoints still get a caller and rows that they can work with, so that none may fail."""
        return self.kind != "no guard" and self.table is None


async def checked(request: Request) -> Access:
    """The access of a valid token, whatever its role."""
    runtime = request.app.state.runtime
    access: Access = await runtime.access.check(bearer(request), runtime.pool)
    return access


def any_role(_: Allow) -> Callable[[Request], Any]:
    async def guard(request: Request) -> None:
        request.state.access = replace(await checked(request), level="all", scope=EVERYWHERE)

    return guard


def not_narrowed(allow: Allow) -> Callable[[Request], Any]:
    async def guard(request: Request) -> None:
        access = (await checked(request)).narrowed_to(allow.permission, allow.levels)
        request.state.access = replace(access, scope=EVERYWHERE)

    return guard


@asynccontextmanager
async def holders_as_all(_: World) -> AsyncIterator[None]:
    """What only holders have, everybody of the role has, wherever it is decided."""
    settle = access.settle

    def widened(permission: str, granted: GrantedRole, kind: str, holder_control: bool) -> Settled | None:
        return settle(permission, replace(granted, holder="primary"), kind, holder_control)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(access, "settle", widened)
        yield


@asynccontextmanager
async def own_as_all(_: World) -> AsyncIterator[None]:
    """The level counts as ``all`` wherever it is decided: by the guard, and once more under a lock."""
    narrowed = Access.narrowed_to

    def widened(access: Access, permission: str, levels: frozenset[Level]) -> Access:
        return replace(narrowed(access, permission, levels), level="all")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Access, "narrowed_to", widened)
        yield


def removals(world: World) -> Iterator[Removal]:
    for operation in OPERATIONS:
        guard = GUARDS[str(operation)]
        if not isinstance(guard, Public):
            yield _of_guard("no guard", operation, public("removed"))
        if isinstance(guard, Allow):
            yield _of_guard("any role", operation, any_role(guard))
            if has_bill_groups(world, operation, guard):
                yield _of_guard("no bill group", operation, not_narrowed(guard))
            levels = set(table()[guard.permission].roles.values())
            if "own" in guard.levels and levels != {"own"}:  # else whose it is does not depend on a level
                yield Removal("own as all", str(operation), own_as_all, (operation,))
            if levels.intersection(OF_HOLDERS):
                yield Removal("no holders", str(operation), holders_as_all, (operation,))
    for service in SERVICES:
        if operations(service):
            yield from _of_tokens(service)
    for secured in secured_tables():
        asked = tuple(operations(secured.service))
        yield Removal("row security", str(secured), lambda w, t=secured: without_row_security(w, t), asked, secured)  # type: ignore[misc]


def has_bill_groups(world: World, operation: Operation, guard: Allow) -> bool:
    """Whether somebody within limits may ask for this operation, about rows that belong to bill groups."""
    visitors = [caller for caller in CALLERS if caller.within]
    asks = any(decide(guard, caller, operation.method).expected == Expected.success for caller in visitors)
    entries = [entry for entry in TABLE[str(operation)] if isinstance(entry, Entry)]
    names = {name for entry in entries for name in (entry.row, entry.lists, entry.sums) if name}
    return asks and any(row.bill_group_id for name in names for row in world.rows[name])


def _of_guard(kind: str, operation: Operation, instead: Any) -> Removal:
    @asynccontextmanager
    async def removed(_: World) -> AsyncIterator[None]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(ROUTES[str(operation)], "guard", instead)
            yield

    return Removal(kind, str(operation), removed, (operation,))


WITHOUT = {
    "a link admits": (r"AND g\.source <> 'link'", ""),
    "an ended session admits": (r"\w\.\w+ IS (NOT )?NULL AS ended", "false AS ended"),
    "work on behalf admits outside its session": (r"g\.session_id IS NOT DISTINCT FROM \$4::uuid", "$4::uuid IS NULL"),
}
"""Conditions of the query by which a service decides about a token, and what is put in their place."""


def _of_tokens(service: str) -> Iterator[Removal]:
    asked = tuple(each for each in operations(service) if isinstance(GUARDS[str(each)], Allow))
    for what, change in WITHOUT.items():
        yield Removal("token", f"{service}: {what}", lambda w, c=change: _other_query(w, service, *c), asked)  # type: ignore[misc]
    yield Removal("token", f"{service}: an expired token admits", lambda _: _no_expiry(), asked)


@asynccontextmanager
async def _other_query(world: World, service: str, condition: str, instead: str) -> AsyncIterator[None]:
    checker = world.installation[service].runtime.access
    query, count = re.subn(condition, instead, checker._query)
    assert count == 1, f"{service} decides by another query than this script knows"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(checker, "_query", query)
        yield


@asynccontextmanager
async def _no_expiry() -> AsyncIterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("shared.auth.tokens.time", SimpleNamespace(time=lambda: 0, monotonic=time.monotonic))
        yield


@asynccontextmanager
async def without_row_security(world: World, secured: Secured) -> AsyncIterator[None]:
    await _alter(world, secured, "DISABLE")
    try:
        yield
    finally:
        await _alter(world, secured, "ENABLE")


async def _alter(world: World, secured: Secured, how: str) -> None:
    async with world.installation[secured.service].database.owner.begin() as session:
        await session.execute(text(f"ALTER TABLE {secured.table.name} {how} ROW LEVEL SECURITY"))
