"""Every event that billing listens to."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.bill_groups.managing import close_all
from services.billing.bill_groups.service import create_default_group, suggest_billing_contact
from services.billing.billing_clock.service import end_failed, set_clock
from services.billing.brands.service import copy_brand
from services.billing.erased_people import service as erased_people
from services.billing.people.service import copy_person, person_of
from services.billing.quotes import ordering
from services.billing.settings import Settings
from services.billing.subscription_changes.service import follow_service
from services.billing.subscriptions.names import rename
from services.billing.subscriptions.renewing import renew_as_ordered
from services.billing.subscriptions.service import subscribe
from shared.copies import follow_identity, workspace_of
from shared.events.identity import (
    BrandChanged,
    ContactAdded,
    InvitationAccepted,
    UserErased,
    UserRegistered,
    UserUpdated,
    WorkspaceCreated,
    WorkspaceRemoved,
)
from shared.events.provisioning import (
    CancellationOrdered,
    CancellationUndone,
    OrderPlaced,
    QuoteOrderRefused,
    RenewalOrdered,
    ServiceChanged,
    ServiceDeleted,
    ServiceProvisioned,
    ServiceProvisioningFailed,
    ServiceRenamed,
    ServiceResumed,
    ServiceSuspended,
)
from shared.messaging.router import ServiceRouter

router = ServiceRouter("billing")
follow_identity(router)


@router.on(BrandChanged)
async def follow_brand(session: AsyncSession, event: BrandChanged) -> None:
    await copy_brand(session, event)


@router.on(WorkspaceCreated)
async def create_bill_group(session: AsyncSession, event: WorkspaceCreated, settings: Settings) -> None:
    if event.kind == "customer":
        await create_default_group(session, settings, event.workspace_id)


@router.on(WorkspaceRemoved)
async def close_bill_groups(session: AsyncSession, event: WorkspaceRemoved) -> None:
    if event.kind == "customer":
        await close_all(session, event.workspace_id)


@router.on(UserRegistered)
async def copy_new_person(session: AsyncSession, event: UserRegistered) -> None:
    await copy_person(session, event)
    await _suggest_contact(session, event)


@router.on(UserUpdated)
async def copy_changed_person(session: AsyncSession, event: UserUpdated) -> None:
    await copy_person(session, event)


@router.on(InvitationAccepted)
async def suggest_person_who_joined(session: AsyncSession, event: InvitationAccepted) -> None:
    """For people who already had an account: no UserRegistered is published for them."""
    if (await workspace_of(session, event.workspace_id)).kind == "customer":
        person = await person_of(session, event.user_id)
        if person.address is None or person.display_name is None:
            return  # erased meanwhile
        await suggest_billing_contact(session, event.workspace_id, person.address, person.display_name)


@router.on(ContactAdded)
async def suggest_company_contact(session: AsyncSession, event: ContactAdded) -> None:
    if event.kind == "billing":
        await _suggest_contact(session, event)


async def _suggest_contact(session: AsyncSession, event: UserRegistered | ContactAdded) -> None:
    if (await workspace_of(session, event.workspace_id)).kind == "customer":
        await suggest_billing_contact(session, event.workspace_id, event.address, event.display_name)


@router.on(OrderPlaced)
async def price_order(session: AsyncSession, event: OrderPlaced) -> None:
    await subscribe(session, event)
    await ordering.note_order(session, event)


@router.on(QuoteOrderRefused)
async def keep_why_a_quote_was_not_ordered(session: AsyncSession, event: QuoteOrderRefused) -> None:
    await ordering.note_refusal(session, event)


@router.on(RenewalOrdered)
async def renew_subscription(session: AsyncSession, event: RenewalOrdered, settings: Settings) -> None:
    await renew_as_ordered(session, event, today=settings.day_of(event.occurred_at))


@router.on(ServiceProvisioned)
async def set_billing_clock(session: AsyncSession, event: ServiceProvisioned, settings: Settings) -> None:
    await set_clock(session, settings, event)


@router.on(ServiceProvisioningFailed)
async def end_failed_subscription(session: AsyncSession, event: ServiceProvisioningFailed) -> None:
    await end_failed(session, event)


@router.on(ServiceRenamed)
async def follow_name(session: AsyncSession, event: ServiceRenamed) -> None:
    await rename(session, event)


@router.on(ServiceChanged)
async def follow_change(session: AsyncSession, event: ServiceChanged, settings: Settings) -> None:
    await follow_service(session, settings, event)


@router.on(ServiceSuspended)
async def follow_suspension(session: AsyncSession, event: ServiceSuspended, settings: Settings) -> None:
    await follow_service(session, settings, event)


@router.on(ServiceResumed)
async def follow_return(session: AsyncSession, event: ServiceResumed, settings: Settings) -> None:
    await follow_service(session, settings, event)


@router.on(CancellationOrdered)
async def follow_cancellation(session: AsyncSession, event: CancellationOrdered, settings: Settings) -> None:
    await follow_service(session, settings, event)


@router.on(CancellationUndone)
async def follow_undone_cancellation(session: AsyncSession, event: CancellationUndone, settings: Settings) -> None:
    await follow_service(session, settings, event)


@router.on(ServiceDeleted)
async def follow_deletion(session: AsyncSession, event: ServiceDeleted, settings: Settings) -> None:
    await follow_service(session, settings, event)


@router.on(UserErased)
async def forget_erased_person(session: AsyncSession, event: UserErased) -> None:
    await erased_people.forget(session, event.user_id)
