"""A task as the staff who do it see it. What is not theirs to see of its workspace is not in it."""

import json
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.locations.models import Location
from services.provisioning.manual_tasks.models import ManualTask
from services.provisioning.manual_tasks.schemas import TaskPlaceRead, TaskRead, TaskSummaryRead
from services.provisioning.orders.models import Order
from services.provisioning.products.configuration import read_configuration
from services.provisioning.products.models import Product
from services.provisioning.products.schemas import ProductBrief
from services.provisioning.services.models import Service
from shared.copies import workspaces
from shared.errors import NotFound
from shared.scope import acting_in


async def read_task(session: AsyncSession, task_id: UUID, user_id: UUID) -> TaskRead:
    """Raises `NotFound`."""
    task = await session.scalar(select(ManualTask).where(ManualTask.operation_id == task_id))
    if task is None:
        raise NotFound("There is no such task.")
    named = select(workspaces.c.display_name).where(workspaces.c.id == task.workspace_id)
    customer = await session.scalar(named)
    columns = {name: getattr(task, name) for name in TaskSummaryRead.model_fields if hasattr(task, name)}
    async with acting_in(session, task.workspace_id, user_id):
        order = await session.get_one(Order, task.order_id)
        service = await session.get_one(Service, task.service_id)
        product = await session.get_one(Product, order.product_id)
        former = (order.former or {}).get("location_id")
        was = await session.get_one(Location, UUID(former)) if former else None
        there = await session.get_one(Location, order.location_id) if order.location_id else None
        return TaskRead(
            **columns,
            id=task.operation_id,
            customer_name=customer,
            order_id=order.id,
            service_id=service.id,
            service_name=service.display_name,
            service_state=service.state,
            product=ProductBrief.model_validate(product),
            configuration=read_configuration(json.dumps(order.configuration), order_id=str(order.id)),
            place=TaskPlaceRead.model_validate(there) if there else None,
            former_location_name=was.display_name if was and was.id != order.location_id else None,
            message=task.message,
            note=order.plan_note,
            reason=task.reason,
            answered_by_address=task.answered_by_address,
            ordered_by_address=order.begun_by_address,
            serial_numbers=service.serial_numbers,
            condition=service.condition,
            photo_digest=service.photo_digest,
        )
