"""Updates the customers overview, from other services' events and from changes in identity."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.customer_overview.models import CustomerOverview, PortalStatus
from shared.events.billing import BillGroupCreated, MrrChanged
from shared.events.provisioning import ServiceCountsChanged


@dataclass(frozen=True, slots=True)
class Invited:
    """When the pending invitation was sent, until when it is valid, when it was reminded of, and when a mail of it came
    back."""

    sent_at: datetime | None
    expires_at: datetime | None
    reminded_at: datetime | None
    undelivered_at: datetime | None


NOT_INVITED = Invited(None, None, None, None)


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


async def drop(session: AsyncSession, workspace_id: UUID) -> None:
    """Take the workspace out of every list. A trigger takes it out of the totals."""
    row = delete(CustomerOverview).where(CustomerOverview.workspace_id == workspace_id)
    await session.execute(row.execution_options(synchronize_session="fetch"))


async def put_parent(session: AsyncSession, workspace_id: UUID, parent_id: UUID) -> None:
    """Set who is above the workspace. Triggers take it along in the totals and the lists of linked users."""
    await _put(session, workspace_id, parent_workspace_id=parent_id)


async def put_suspension(session: AsyncSession, workspace_id: UUID, suspended_at: datetime | None) -> None:
    """Set since when the workspace is suspended; None: it is not."""
    await _put(session, workspace_id, suspended_at=suspended_at)


async def put_closing(
    session: AsyncSession, workspace_id: UUID, closes_at: datetime | None, closed_at: datetime | None = None
) -> None:
    """Set when the account of the workspace is closed, and since when it is; None: nobody wants that."""
    await _put(session, workspace_id, closes_at=closes_at, closed_at=closed_at)


async def put_status(session: AsyncSession, workspace_id: UUID, status: PortalStatus, invited: Invited) -> None:
    """Set Not Connected or Connected (L4, L5), and what is told of the pending invitation."""
    await _put(
        session,
        workspace_id,
        status=status,
        invited_at=invited.sent_at,
        invitation_expires_at=invited.expires_at,
        invitation_reminded_at=invited.reminded_at,
        invitation_undelivered_at=invited.undelivered_at,
    )
