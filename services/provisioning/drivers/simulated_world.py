"""What the simulated infrastructure has. It changes with the steps of work, and may be changed by hand, to see what
`portico provisioning reconcile` says."""

import json
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.drivers.models import SimulatedCredentials, SimulatedResource
from services.provisioning.drivers.port import Resource, Task
from services.provisioning.verbs import Verb
from shared.db import Sessions

APPLIED_AT = {Verb.change: 2, Verb.suspend: 2, Verb.resume: 1, Verb.delete: 2}
"""At which step of work the infrastructure is otherwise. A service is there with the last step of its creation."""

MADE = (
    "INSERT INTO simulated_resources (service_id, key, kind, state, configuration, quantity)"
    " SELECT $4, $1, $5, 'running', $6::jsonb, $7 {source} ON CONFLICT DO NOTHING"
)


def made(task: Task) -> tuple[object, ...]:
    """The values of `MADE` after its first three."""
    return task.service_id, task.kind, json.dumps(task.configuration), task.quantity


async def apply(session: AsyncSession, task: Task, n: int, steps: int) -> None:
    """What the infrastructure is after step ``n`` of ``steps``. Again, it is the same."""
    here = SimulatedResource.service_id == task.service_id
    if task.verb == Verb.create and n == steps:
        values = {"configuration": task.configuration, "quantity": task.quantity, "state": "running"}
        row = insert(SimulatedResource).values(service_id=task.service_id, key=task.key, kind=task.kind, **values)
        await session.execute(row.on_conflict_do_nothing())
    elif APPLIED_AT.get(task.verb) == n:
        if task.verb == Verb.delete:
            await session.execute(delete(SimulatedResource).where(here))
            keys = delete(SimulatedCredentials).where(SimulatedCredentials.service_id == task.service_id)
            await session.execute(keys)
        else:
            await session.execute(update(SimulatedResource).where(here).values(**_after(task)))


async def take_back(session: AsyncSession, task: Task, n: int) -> None:
    """What the infrastructure is after step ``n`` was undone."""
    if APPLIED_AT.get(task.verb) == n:
        here = update(SimulatedResource).where(SimulatedResource.service_id == task.service_id)
        await session.execute(here.values(**_before(task)))


def _after(task: Task) -> dict[str, object]:
    if task.verb == Verb.change:
        return {"configuration": task.configuration, "quantity": task.quantity}
    return {"state": "suspended" if task.verb == Verb.suspend else "running"}


def _before(task: Task) -> dict[str, object]:
    if task.verb == Verb.change:
        return {"configuration": task.former_configuration, "quantity": task.former_quantity}
    return {"state": "running" if task.verb == Verb.suspend else "suspended"}


async def read_resources(sessions: Sessions, after: tuple[UUID, str] | None, limit: int) -> Sequence[Resource]:
    """A page of what there is, by service and key."""
    place = SimulatedResource.service_id, SimulatedResource.key
    query = select(SimulatedResource).order_by(*place).limit(limit)
    if after:
        query = query.where(tuple_(*place) > tuple_(*after))
    async with sessions() as session:
        found = (await session.scalars(query)).all()
    return [_read(row) for row in found]


def _read(row: SimulatedResource) -> Resource:
    return Resource(row.key, row.service_id, row.state == "suspended", row.configuration, row.quantity)
