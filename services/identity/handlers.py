"""Every event that identity listens to. They update the customers overview and the copy of bill groups, and tell of
mails that came back."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.bill_groups import copying
from services.identity.contacts import service as contacts
from services.identity.customer_overview import projection
from services.identity.invitations.bouncing import mark_undelivered
from services.identity.locations.service import copy_location
from services.identity.people import service as people
from services.identity.portals.service import make_portal
from shared.events.billing import BillGroupCreated, BillGroupUpdated, MrrChanged
from shared.events.notifications import AddressReleased, AddressSuppressed, ContactPreferenceChanged, MessageFailed
from shared.events.provisioning import (
    LocationAdded,
    LocationClosed,
    LocationEvent,
    LocationUpdated,
    OrderPlaced,
    ServiceCountsChanged,
)
from shared.messaging.router import ServiceRouter

router = ServiceRouter("identity")


@router.on(BillGroupCreated)
async def show_currency(session: AsyncSession, event: BillGroupCreated) -> None:
    await projection.put_currency(session, event)


@router.on(BillGroupCreated, BillGroupUpdated, queue="bill_groups")
async def copy_bill_group(session: AsyncSession, event: BillGroupCreated) -> None:
    await copying.copy_bill_group(session, event)
    await make_portal(session, event.workspace_id, event.bill_group_id, event.occurred_at)


@router.on(LocationAdded, LocationUpdated, LocationClosed, queue="locations")
async def follow_location(session: AsyncSession, event: LocationEvent) -> None:
    await copy_location(session, event)


@router.on(MrrChanged)
async def show_mrr(session: AsyncSession, event: MrrChanged) -> None:
    await projection.put_mrr(session, event)


@router.on(ServiceCountsChanged)
async def show_service_counts(session: AsyncSession, event: ServiceCountsChanged) -> None:
    await projection.put_counts(session, event)


@router.on(OrderPlaced)
async def show_last_order(session: AsyncSession, event: OrderPlaced) -> None:
    await projection.record_order(session, event.workspace_id, event.occurred_at)


@router.on(MessageFailed)
async def show_undelivered_invitation(session: AsyncSession, event: MessageFailed) -> None:
    if event.invitation_mail_id is not None:
        await mark_undelivered(session, event.workspace_id, event.invitation_mail_id, event.occurred_at)


@router.on(ContactPreferenceChanged)
async def follow_link_of_mail(session: AsyncSession, event: ContactPreferenceChanged) -> None:
    await contacts.switch_contact(session, event)


@router.on(AddressSuppressed, AddressReleased, queue="addresses")
async def show_whether_mails_come_back(session: AsyncSession, event: AddressSuppressed | AddressReleased) -> None:
    """In one queue, so that the later one counts. Bill groups and their contacts are billing's."""
    since = event.occurred_at if isinstance(event, AddressSuppressed) else None
    match event.recipient_kind:
        case "user":
            await people.mark_returned(session, event.recipient_id, since)
        case "admin_contact":
            await contacts.mark_returned(session, event.workspace_id, event.recipient_id, since)
