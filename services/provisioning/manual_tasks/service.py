"""Planning and ending tasks of any workspace, by the provider's staff. The first end counts."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.assets.models import AssetPhoto
from services.provisioning.assets.schemas import AssetUpdate
from services.provisioning.assets.service import describe_asset, set_photo
from services.provisioning.manual_tasks.models import ManualTask
from services.provisioning.manual_tasks.refusals import PlannedOtherwise, TaskNotGivenUp, TaskNotOpen
from services.provisioning.manual_tasks.schemas import TaskPlan
from services.provisioning.manual_tasks.telling import describe_task
from services.provisioning.operations.models import Operation
from services.provisioning.orders.models import Order
from services.provisioning.orders.retrying import answer_of
from services.provisioning.orders.service import lock_order
from services.provisioning.orders.wanting import WITHIN_A_YEAR, can_be_planned
from services.provisioning.services.models import Service
from services.provisioning.verbs import Verb
from shared.auth import Access
from shared.errors import NotFound
from shared.events.provisioning import ManualTaskFinished, ManualTaskGivenUp, ManualTaskPlanned
from shared.field_errors import field_error
from shared.outbox import emit
from shared.scope import acting_in
from shared.waking import wake


@dataclass(frozen=True, slots=True)
class Held:
    """A task with its service and its order, all locked, in the scope of their workspace."""

    task: ManualTask
    service: Service
    order: Order
    about: dict[str, Any]
    """Of the events that tell of it: whose deed it is, and what it follows from."""


@asynccontextmanager
async def holding(session: AsyncSession, task_id: UUID, by: Access) -> AsyncIterator[Held]:
    """Lock a task of any workspace and act for that one. Raises `NotFound`."""
    found = await session.scalar(select(ManualTask).where(ManualTask.operation_id == task_id))
    if found is None:
        raise NotFound("There is no such task.")
    session.expunge(found)
    async with acting_in(session, found.workspace_id, by.user_id):
        service = await session.get_one(Service, found.service_id, with_for_update=True, populate_existing=True)
        order = await lock_order(session, found.order_id)
        task = await session.get_one(ManualTask, task_id, with_for_update=True, populate_existing=True)
        about = answer_of(by, order) | {"parent_workspace_id": order.parent_workspace_id}
        yield Held(task, service, order, about)


async def plan_task(session: AsyncSession, task_id: UUID, plan: TaskPlan, *, by: Access, now: datetime) -> None:
    """Say for when an open task is planned, once more if that changes. The same again says nothing. Raises `NotFound`,
    `TaskNotOpen` or `PlannedOtherwise`."""
    _check_day(plan.planned_on, now)
    async with holding(session, task_id, by) as held:
        task, order = held.task, held.order
        _require_open(task)
        if (task.state, task.planned_on, order.plan_note) == ("planned", plan.planned_on, plan.note):
            return
        task.state, task.planned_on = "planned", plan.planned_on
        task.answered_by, task.answered_by_address = by.user_id, by.address
        order.planned_on, order.plan_note = plan.planned_on, plan.note
        order.version += 1
        fields = {"planned_on": plan.planned_on, "note": plan.note} | held.about
        await _go_on(session, task)
        await emit(session, ManualTaskPlanned.model_validate(describe_task(task, held.service, order) | fields))


async def finish_task(session: AsyncSession, task_id: UUID, body: AssetUpdate, *, by: Access, now: datetime) -> None:
    """An open task is done. Of an asset that is there then, write down what is known. Raises `NotFound`, `TaskNotOpen`
    or `AssetDoesNotFit`."""
    async with holding(session, task_id, by) as held:
        _require_open(held.task)
        _end(held.task, "done", by, now)
        if held.task.verb == Verb.create:
            await describe_asset(session, held.service, body, held.about)
        await _go_on(session, held.task)
        fields = describe_task(held.task, held.service, held.order) | held.about
        await emit(session, ManualTaskFinished.model_validate(fields))


async def give_up_task(session: AsyncSession, task_id: UUID, reason: str, *, by: Access, now: datetime) -> None:
    """An open task cannot be done: its order fails for that reason, and can be retried. Raises `NotFound`,
    `TaskNotOpen` or `TaskNotGivenUp`."""
    async with holding(session, task_id, by) as held:
        _require_open(held.task)
        if held.task.verb == Verb.delete:
            raise TaskNotGivenUp("The service is cancelled. Plan another day.")
        _end(held.task, "given_up", by, now)
        held.task.reason = reason
        await _go_on(session, held.task)
        fields = describe_task(held.task, held.service, held.order) | held.about | {"reason": reason}
        await emit(session, ManualTaskGivenUp.model_validate(fields))


async def change_asset(session: AsyncSession, task_id: UUID, body: AssetUpdate, *, by: Access) -> None:
    """Write down what is known of the asset of a task, whatever its state. Raises `NotFound` or `AssetDoesNotFit`."""
    async with holding(session, task_id, by) as held:
        await describe_asset(session, held.service, body, held.about)


async def change_photo(session: AsyncSession, task_id: UUID, photo: tuple[str, bytes] | None, *, by: Access) -> None:
    """Give the asset of a task a photo, or none. Raises `NotFound` or `AssetDoesNotFit`."""
    async with holding(session, task_id, by) as held:
        await set_photo(session, held.service, photo, held.about)


async def read_photo(session: AsyncSession, task_id: UUID, *, by: Access) -> bytes:
    """The photo of a task's asset. Raises `NotFound`."""
    task = await session.scalar(select(ManualTask).where(ManualTask.operation_id == task_id))
    if task is None:
        raise NotFound("There is no such task.")
    async with acting_in(session, task.workspace_id, by.user_id):
        content = await session.scalar(select(AssetPhoto.content).where(AssetPhoto.service_id == task.service_id))
    if content is None:
        raise NotFound("There is no such photo.")
    return content


def _check_day(planned_on: date, now: datetime) -> None:
    if not can_be_planned(planned_on, now):
        errors = [field_error("/planned_on", "not_that_day", WITHIN_A_YEAR)]
        raise PlannedOtherwise("Choose another day.", errors=errors)


def _require_open(task: ManualTask) -> None:
    if not task.is_open:
        raise TaskNotOpen(f"The task is {task.state}.", state=task.state)


def _end(task: ManualTask, state: str, by: Access, now: datetime) -> None:
    task.state, task.ended_at = state, now
    task.answered_by, task.answered_by_address = by.user_id, by.address


async def _go_on(session: AsyncSession, task: ManualTask) -> None:
    """Have the driver called, which sees what was said. A call that is under way is followed by another one."""
    task.version += 1
    await session.flush()
    due = update(Operation).where(Operation.id == task.operation_id, Operation.due_at.is_not(None))
    await session.execute(due.where(Operation.lease_id.is_(None)).values(due_at=Operation.started_at))
    await wake(session, Operation.__tablename__)
