"""What people call their services: the newest name, in whatever order the events arrive, and before the order's."""

from uuid import UUID

from sqlalchemy import case, func, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.subscriptions.models import ServiceName, Subscription
from shared.events.provisioning import OrderEvent, ServiceRenamed

UNNAMED = -1
"""The version of a name that nobody gave: an event from before services had names says the product's."""


async def name_of(session: AsyncSession, event: OrderEvent) -> str:
    """The newest name of the event's service. Its row stays locked, so that a new name which arrives at the same time
    finds the subscription that the caller makes."""
    if event.display_name is None:
        return await _keep(session, event.workspace_id, event.service_id, event.product_name, UNNAMED)
    version = event.subject_version if event.subject_type == "service" else 0
    return await _keep(session, event.workspace_id, event.service_id, event.display_name, version)


async def rename(session: AsyncSession, event: ServiceRenamed) -> None:
    """Call the service's subscription by the newest name. Invoices that were issued keep theirs."""  # (D21)
    newest = await _keep(session, event.workspace_id, event.service_id, event.display_name, event.subject_version)
    named = update(Subscription).where(Subscription.service_id == event.service_id)
    await session.execute(named.values(description=newest))


async def _keep(session: AsyncSession, workspace_id: UUID, service_id: UUID, name: str, version: int) -> str:
    """Store the name if it is newer, and return the newest one, locked in any case."""
    given = insert(ServiceName).values(
        service_id=service_id, workspace_id=workspace_id, display_name=name, version=version
    )
    newer = given.excluded.version > ServiceName.version
    kept = given.on_conflict_do_update(
        index_elements=["service_id"],
        set_={
            "display_name": case((newer, given.excluded.display_name), else_=ServiceName.display_name),
            "version": func.greatest(given.excluded.version, ServiceName.version),
        },
    )
    return (await session.execute(kept.returning(ServiceName.display_name))).scalar_one()
