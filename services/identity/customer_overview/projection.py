"""Updates the customers overview, from other services' events and from changes in identity."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.customer_overview.models import CustomerOverview, PortalStatus
from shared.events.billing import BillGroupCreated, MrrChanged
from shared.events.provisioning import ServiceCountsChanged


async def _put(session: AsyncSession, workspace_id: UUID, *newer: Any, **values: Any) -> None:
    """Update the row of a workspace. The provider has no row."""
    row = update(CustomerOverview).where(CustomerOverview.workspace_id == workspace_id, *newer).values(**values)
    await session.execute(row.execution_options(synchronize_session=False))


async def put_mrr(session: AsyncSession, event: MrrChanged) -> None:
    """Set the monthly recurring revenue. Ignored if the event is older than the stored state."""
    amounts = [amount.model_dump() for amount in event.mrr if amount.amount_minor]
    await _put(
        session,
        event.workspace_id,
        CustomerOverview.mrr_version < event.subject_version,
        mrr=amounts,
        mrr_sort_minor=max((amount["amount_minor"] for amount in amounts), default=0),
        has_mrr=bool(amounts),
        mrr_version=event.subject_version,
    )


async def put_currency(session: AsyncSession, event: BillGroupCreated) -> None:
    """Set the currency of the customer's default bill group."""
    if event.is_default:
        await _put(session, event.workspace_id, currency=event.currency)


async def put_counts(session: AsyncSession, event: ServiceCountsChanged) -> None:
    """Set the service counts. Ignored if the event is older than the stored state (P7, P8, P9)."""
    await _put(
        session,
        event.workspace_id,
        CustomerOverview.counts_version < event.subject_version,
        ports=event.ports,
        virtual_circuits=event.virtual_circuits,
        cloud_connections=event.cloud_connections,
        counts_version=event.subject_version,
    )


async def record_order(session: AsyncSession, workspace_id: UUID, at: datetime) -> None:
    """Last Order, including orders placed on behalf (P11, D7)."""
    await _put(session, workspace_id, last_order_at=func.greatest(CustomerOverview.last_order_at, at))


async def record_activity(session: AsyncSession, workspace_id: UUID, at: datetime) -> None:
    """Last Activity of the customer's own users, including signing in (P10, D7)."""
    await _put(session, workspace_id, last_activity_at=func.greatest(CustomerOverview.last_activity_at, at))


async def put_contact(session: AsyncSession, workspace_id: UUID, address: str | None, name: str | None) -> None:
    """Set or clear the address on file (L10)."""
    await _put(session, workspace_id, contact_address=address, contact_name=name)


async def put_name(session: AsyncSession, workspace_id: UUID, display_name: str, slug: str) -> None:
    """Set what the workspace is called, for people and in URLs (K29)."""
    await _put(session, workspace_id, display_name=display_name, slug=slug)


async def put_status(
    session: AsyncSession,
    workspace_id: UUID,
    status: PortalStatus,
    *,
    invited_at: datetime | None,
    invitation_expires_at: datetime | None,
) -> None:
    """Set Not Connected or Connected (L4, L5), and of the pending invitation when it was sent and until when it is
    valid."""
    invited = {"invited_at": invited_at, "invitation_expires_at": invitation_expires_at}
    await _put(session, workspace_id, status=status, **invited)
