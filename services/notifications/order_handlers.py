"""The events of orders and services that notifications listens to. They cause mails."""

from uuid import UUID, uuid5

from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.deliveries.letterheads import provider_id
from services.notifications.deliveries.queueing import announce, fact_of, notify, notify_users
from services.notifications.handlers import router
from services.notifications.notices.keeping import end_notices
from services.notifications.topics import Recipient, RecipientKind, Topic
from shared.auth.permissions import ROLES, level
from shared.copies import workspace_of
from shared.events import Event, Via
from shared.events.billing import SubscriptionRenewalRefused
from shared.events.provisioning import (
    CancellationOrdered,
    ManualTaskFinished,
    ManualTaskOpened,
    ManualTaskPlanned,
    OperationEnded,
    OrderPlaced,
    OrderRefused,
    OrderRequested,
    OrderReturned,
    OrderSubmitted,
    RenewalOrdered,
    ServiceChanged,
    ServiceChangeFailed,
    ServiceChangeOrdered,
    ServiceDeleted,
    ServiceProvisioned,
    ServiceProvisioningFailed,
    ServiceResumed,
    ServiceSuspended,
)

__all__ = ["router"]

MAY_APPROVE = [role for role in ROLES if level("order.approve", role, "customer") == "all"]
MAY_ACKNOWLEDGE = [role for role in ROLES if level("order.acknowledge", role, "provider") == "all"]
MAY_FULFIL = [role for role in ROLES if level("work.fulfil", role, "provider") == "all"]


@router.on(OrderPlaced)
async def email_admins_of_customer(session: AsyncSession, event: OrderPlaced) -> None:
    """Whoever is ordered for hears of it, whoever had asked for it, and whose order the provider confirmed."""
    await end_notices(session, event)
    await _email_ordered(session, event)
    if event.ordered_by not in (None, event.actor.user_id):
        await _email_person(session, Topic.order_confirmed, event, event.ordered_by)


@router.on(OrderSubmitted)
async def email_staff_who_may_acknowledge(session: AsyncSession, event: OrderSubmitted) -> None:
    """And the customer's people, as of an order that waits for nobody."""
    await end_notices(session, event)
    await _email_ordered(session, event)
    staff = await provider_id(session)
    await notify_users(session, event, Topic.order_submitted, *MAY_ACKNOWLEDGE, of=staff)


@router.on(OrderReturned)
async def email_that_an_order_was_returned(session: AsyncSession, event: OrderReturned) -> None:
    await end_notices(session, event)
    if event.asked_by != event.actor.user_id:
        await _email_person(session, Topic.order_returned, event, event.asked_by)


@router.on(ManualTaskOpened)
async def email_staff_who_may_fulfil(session: AsyncSession, event: ManualTaskOpened) -> None:
    """L14."""
    await notify_users(session, event, Topic.manual_task_opened, *MAY_FULFIL, of=await provider_id(session))


@router.on(ManualTaskPlanned)
async def email_for_when_it_is_planned(session: AsyncSession, event: ManualTaskPlanned) -> None:
    """L14: not who planned it for themselves."""
    if event.ordered_by not in (None, event.actor.user_id):
        await _email_person(session, Topic.manual_task_planned, event, event.ordered_by)


@router.on(ManualTaskFinished)
async def email_that_it_is_done(session: AsyncSession, event: ManualTaskFinished) -> None:
    """L14: not who did it for themselves."""
    await end_notices(session, event)
    if event.ordered_by not in (None, event.actor.user_id):
        await _email_person(session, Topic.manual_task_finished, event, event.ordered_by)


async def _email_ordered(session: AsyncSession, event: OrderPlaced | OrderSubmitted) -> None:
    if event.actor.via is Via.on_behalf:
        await notify_users(session, event, Topic.ordered_on_behalf, "admin")
    if event.asked_by not in (None, event.actor.user_id):
        await _email_person(session, Topic.order_approved, event, event.asked_by)


@router.on(OrderRequested)
async def email_who_may_approve(session: AsyncSession, event: OrderRequested) -> None:
    await notify_users(session, event, Topic.order_requested, *MAY_APPROVE)


@router.on(OrderRefused)
async def email_that_an_order_was_refused(session: AsyncSession, event: OrderRefused) -> None:
    await end_notices(session, event)
    if event.asked_by != event.actor.user_id:
        await _email_person(session, Topic.order_refused, event, event.asked_by)


@router.on(ServiceChangeOrdered)
async def email_that_a_change_was_approved(session: AsyncSession, event: ServiceChangeOrdered) -> None:
    await end_notices(session, event)
    await _email_approved(session, event)


@router.on(CancellationOrdered)
async def email_admins_of_cancellation(session: AsyncSession, event: CancellationOrdered) -> None:
    """The admins, and whoever had asked for it."""
    await end_notices(session, event)
    await notify_users(session, event, Topic.service_cancelled, "admin")
    await _email_approved(session, event)


@router.on(RenewalOrdered)
async def email_that_a_renewal_was_approved(session: AsyncSession, event: RenewalOrdered) -> None:
    await end_notices(session, event)
    await _email_approved(session, event)


@router.on(SubscriptionRenewalRefused)
async def email_that_a_renewal_is_not_possible(session: AsyncSession, event: SubscriptionRenewalRefused) -> None:
    await _email_person(session, Topic.renewal_refused, event, event.ordered_by)


async def _email_approved(
    session: AsyncSession, event: ServiceChangeOrdered | CancellationOrdered | RenewalOrdered
) -> None:
    if event.asked_by not in (None, event.actor.user_id):
        await _email_person(session, Topic.change_approved, event, event.asked_by)


@router.on(ServiceChanged)
async def email_that_a_service_was_changed(session: AsyncSession, event: ServiceChanged) -> None:
    if event.ordered_by is not None:
        await _email_person(session, Topic.service_changed, event, event.ordered_by)


@router.on(ServiceChangeFailed)
async def email_that_a_change_failed(session: AsyncSession, event: ServiceChangeFailed) -> None:
    if event.ordered_by is not None:
        await _email_person(session, Topic.change_failed, event, event.ordered_by)


@router.on(ServiceSuspended)
async def email_admins_of_suspension(session: AsyncSession, event: ServiceSuspended) -> None:
    """Who suspends a service knows it: only of what is overdue. Once a day, however many services there are."""
    if "overdue" in event.suspended_for:
        await notify_users(session, event, Topic.service_suspended, "admin", once=_today(event, "suspended"))


@router.on(ServiceResumed)
async def email_admins_of_resumption(session: AsyncSession, event: ServiceResumed) -> None:
    """Who resumes a service knows it: only where nobody did. Once a day, however many services there are. Parts work
    again with the service that they belong to."""
    if event.actor.user_id is None and event.part_of is None:
        await notify_users(session, event, Topic.service_resumed, "admin", once=_today(event, "resumed"))


def _today(event: ServiceSuspended | ServiceResumed, what: str) -> UUID:
    """The same for all services of a bill group on one day."""
    return uuid5(event.bill_group_id or event.workspace_id, f"{what} {event.occurred_at.date()}")


@router.on(OperationEnded)
async def email_admins_of_new_credentials(session: AsyncSession, event: OperationEnded) -> None:
    """All of them: somebody may have got into the account of whoever did it."""
    if event.verb == "reset_credentials" and event.outcome == "succeeded":
        await notify_users(session, event, Topic.credentials_reset, "admin", whoever_did_it=True)


@router.on(ServiceProvisioned)
async def email_admin_contacts(session: AsyncSession, event: ServiceProvisioned) -> None:
    """P27, P28: the admin contacts of the parent workspace, and of the customer itself."""
    await _announce(session, event, Topic.service_provisioned)


@router.on(ServiceDeleted)
async def email_admin_contacts_of_deletion(session: AsyncSession, event: ServiceDeleted) -> None:
    """P27, P28: whoever hears that a service is provisioned. Not of what was never there."""
    if event.was_provisioned:
        await _announce(session, event, Topic.service_deleted)


async def _announce(session: AsyncSession, event: ServiceProvisioned | ServiceDeleted, topic: Topic) -> None:
    """The parent is the one of now: an order may have been placed when another company sold to the workspace."""
    seller = (await workspace_of(session, event.workspace_id)).parent_workspace_id
    for audience in (seller, event.workspace_id):
        if audience is not None:
            await announce(session, event, topic, audience)


@router.on(ServiceProvisioningFailed)
async def email_who_ordered(session: AsyncSession, event: ServiceProvisioningFailed) -> None:
    """D18."""
    if event.ordered_by is not None:
        recipient = Recipient(RecipientKind.user, event.ordered_by)
        await notify(session, fact_of(session, Topic.provisioning_failed, event), recipient)


async def _email_person(session: AsyncSession, topic: Topic, event: Event, user_id: UUID) -> None:
    await notify(session, fact_of(session, topic, event), Recipient(RecipientKind.user, user_id))
