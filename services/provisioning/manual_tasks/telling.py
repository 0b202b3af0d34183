"""What events say of a task, and telling that there is one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.manual_tasks.models import ManualTask
from services.provisioning.orders.models import Order
from services.provisioning.services.models import Service
from shared.events.provisioning import ManualTaskOpened
from shared.outbox import emit


def describe_task(task: ManualTask, service: Service, order: Order) -> dict[str, Any]:
    """The members of every `ManualTaskEvent`."""
    return {
        "workspace_id": task.workspace_id,
        "subject_version": task.version,
        "task_id": task.operation_id,
        "order_id": order.id,
        "service_id": service.id,
        "bill_group_id": service.bill_group_id,
        "display_name": service.display_name,
        "kind": service.kind,
        "verb": task.verb,
        "wanted_on": task.wanted_on,
        "ordered_by": order.begun_by,
    }


async def claim_unannounced(session: AsyncSession, *, limit: int) -> Sequence[tuple[ManualTask, Order, Service]]:
    """Tasks that nobody was told of, locked, each with its order and its service."""
    found = select(ManualTask, Order, Service).where(ManualTask.announced_at.is_(None))
    found = found.join(Order, Order.id == ManualTask.order_id).join(Service, Service.id == ManualTask.service_id)
    locked = found.order_by(ManualTask.operation_id).limit(limit).with_for_update(of=ManualTask, skip_locked=True)
    return [(task, order, service) for task, order, service in await session.execute(locked)]


async def announce(
    session: AsyncSession, task: ManualTask, order: Order, service: Service, *, real_now: datetime
) -> None:
    """Publish that there is a task, in the scope of its workspace, once."""
    task.announced_at = real_now
    await session.flush()
    await emit(session, ManualTaskOpened.model_validate(describe_task(task, service, order)))
