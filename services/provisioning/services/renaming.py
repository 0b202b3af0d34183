"""Giving a service another name."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.failed_orders.service import rename_failed_order
from services.provisioning.services.models import Service
from shared.errors import NotFound
from shared.events.provisioning import ServiceRenamed
from shared.outbox import emit


async def rename_service(session: AsyncSession, service_id: UUID, display_name: str) -> None:
    """Change the name of a service, which its order has too. The same name again says nothing. Raises `NotFound`."""
    service = await session.get(Service, service_id, with_for_update=True)
    if service is None:
        raise NotFound(f"There is no service {service_id} in this workspace.")
    before, service.display_name = service.display_name, display_name
    if display_name == before:
        return
    service.version += 1
    await rename_failed_order(session, service.order_id, display_name)
    renamed = ServiceRenamed(
        workspace_id=service.workspace_id,
        subject_version=service.version,
        service_id=service.id,
        bill_group_id=service.bill_group_id,
        display_name=display_name,
        previous_display_name=before,
    )
    await emit(session, renamed)
