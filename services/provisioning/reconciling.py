"""Compares the services with what the infrastructure has, as its drivers tell. `portico provisioning reconcile` shows
the differences; nothing is changed."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.drivers import DRIVERS
from services.provisioning.drivers.port import Driver, Resource
from shared.db import Sessions, run_sql

AT_ONCE = 1_000
"""Services, and resources, that are held in memory."""

# What is being worked on, or was never finished, is left out: it may be there in part.
_SERVICES = """
SELECT s.id, s.workspace_id, s.display_name, s.state, s.configuration, s.quantity,
       s.state NOT IN ('active', 'suspended', 'deleted') OR EXISTS (SELECT FROM operations o
         WHERE o.service_id = s.id AND o.state IN ('queued', 'running') AND o.verb NOT IN ('diagnose', 'console_log'))
       AS in_motion
  FROM services s JOIN products p ON p.id = s.product_id
 WHERE p.driver = $1 AND s.id > $2 ORDER BY s.id LIMIT $3
"""
_FIRST = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that the infrastructure has otherwise than the services."""

    kind: Literal["orphan", "missing", "double", "drift"]
    """There without a service; not there for one; there more than once for one; there, and otherwise than agreed."""
    driver: str
    service_id: UUID
    detail: str
    """In English, for operators."""


@dataclass(frozen=True, slots=True)
class _Ours:
    id: UUID
    workspace_id: UUID
    display_name: str
    state: str
    configuration: dict[str, Any]
    quantity: int
    in_motion: bool


async def reconcile(session: AsyncSession, sessions: Sessions) -> list[Difference]:
    """All differences, driver by driver. ``session`` must see the services of all workspaces."""
    found = list[Difference]()
    for name, driver in sorted(DRIVERS.items()):
        if driver.by_hand:
            continue
        found += [each async for each in _reconcile(session, name, driver(sessions))]
    return found


async def _reconcile(session: AsyncSession, name: str, driver: Driver) -> AsyncIterator[Difference]:
    """Both sides are read in the order of the services' ids, side by side."""
    theirs = _grouped(driver)
    their_id, resources = await _following(theirs)
    async for ours in _services(session, name):
        while their_id is not None and their_id < ours.id:
            yield _orphan(name, their_id, resources)
            their_id, resources = await _following(theirs)
        present = resources if their_id == ours.id else []
        if not ours.in_motion and (difference := _compare(name, ours, present)):
            yield difference
        if their_id == ours.id:
            their_id, resources = await _following(theirs)
    while their_id is not None:
        yield _orphan(name, their_id, resources)
        their_id, resources = await _following(theirs)


async def _services(session: AsyncSession, driver: str) -> AsyncIterator[_Ours]:
    after = _FIRST
    while rows := (await run_sql(session, _SERVICES, driver, after, AT_ONCE)).mappings().all():
        for row in rows:
            yield _Ours(**row)
        after = rows[-1]["id"]


async def _grouped(driver: Driver) -> AsyncIterator[tuple[UUID | None, list[Resource]]]:
    """The resources of each service that has any, by its id."""
    after: tuple[UUID, str] | None = None
    held: list[Resource] = []
    while page := await driver.resources(after, AT_ONCE):
        after = page[-1].service_id, page[-1].key
        held += page
        last = held[-1].service_id  # whose others may be on the next page
        for service_id, resources in groupby(held, key=lambda each: each.service_id):
            if service_id != last:
                yield service_id, list(resources)
        held = [each for each in held if each.service_id == last]
    if held:
        yield held[0].service_id, held


async def _following(groups: AsyncIterator[tuple[UUID | None, list[Resource]]]) -> tuple[UUID | None, list[Resource]]:
    """The next one; no id after the last."""
    async for each in groups:
        return each
    return None, []


def _orphan(driver: str, service_id: UUID, resources: Sequence[Resource]) -> Difference:
    keys = ", ".join(each.key for each in resources)
    return Difference("orphan", driver, service_id, f"There is {keys}, and no service of that id.")


def _compare(driver: str, ours: _Ours, theirs: Sequence[Resource]) -> Difference | None:
    what = f"{ours.display_name}, of workspace {ours.workspace_id}"
    keys = ", ".join(each.key for each in theirs)
    if ours.state == "deleted":
        return Difference("orphan", driver, ours.id, f"{what}, is deleted, and there is {keys}.") if theirs else None
    if not theirs:
        return Difference("missing", driver, ours.id, f"{what}, is {ours.state}, and there is nothing of it.")
    if len(theirs) > 1:
        return Difference("double", driver, ours.id, f"{what}, is there as {keys}.")
    if differs := _differing(ours, theirs[0]):
        return Difference("drift", driver, ours.id, f"{what}, differs in: {', '.join(differs)}.")
    return None


def _differing(ours: _Ours, theirs: Resource) -> list[str]:
    before, after = ours.configuration, theirs.configuration
    differs = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    differs += ["quantity"] if ours.quantity != theirs.quantity else []
    differs += ["suspension"] if (ours.state == "suspended") != theirs.is_suspended else []
    return differs
