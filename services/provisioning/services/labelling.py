"""Labels of services: words of their people, by which they sort and find them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.services.models import Service
from shared.errors import NotFound
from shared.events.provisioning import ServiceLabelled
from shared.outbox import emit


async def label_service(session: AsyncSession, service_id: UUID, labels: Sequence[str]) -> None:
    """Give a service these labels, and no others. The same ones again say nothing. Raises `NotFound`."""
    service = await session.get(Service, service_id, with_for_update=True)
    if service is None:
        raise NotFound(f"There is no service {service_id} in this workspace.")
    before, service.labels = service.labels, list(dict.fromkeys(labels))
    if service.labels == before:
        return
    service.version += 1
    labelled = ServiceLabelled(
        workspace_id=service.workspace_id,
        subject_version=service.version,
        service_id=service.id,
        bill_group_id=service.bill_group_id,
        display_name=service.display_name,
        labels=tuple(service.labels),
        previous_labels=tuple(before),
    )
    await emit(session, labelled)
