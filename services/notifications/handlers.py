"""Every event that notifications listens to, but those of orders and services (`order_handlers`), of moves
(`move_handlers`), of holders (`holder_handlers`), of licences (`licence_handlers`), of quotes (`quote_handlers`), of
documents (`document_handlers`), of the end of people's accounts (`erasure_handlers`) and of companies'
(`closing_handlers`), those that only end notices
(`notice_handlers`), and those of recipients and their addresses (`recipient_handlers`) and of news
(`campaign_handlers`)."""

from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.brands.service import copy_brand
from services.notifications.deliveries.documents import keep_document
from services.notifications.deliveries.letterheads import provider_id
from services.notifications.deliveries.queueing import (
    announce,
    fact_of,
    notify,
    notify_secret,
    notify_users,
)
from services.notifications.deliveries.retrying import try_again
from services.notifications.messages.schemas import InvoiceDocumentMail, SecretMail
from services.notifications.notices.keeping import end_notices
from services.notifications.topics import Recipient, RecipientKind, Topic
from shared.copies import follow_identity
from shared.errors import Permanent
from shared.events import Via
from shared.events.billing import (
    InvoiceEvent,
    InvoiceIssued,
    InvoiceLongOverdue,
    InvoiceOverdue,
    InvoicePaid,
    PaymentEvent,
    PaymentFailed,
    PaymentMethodAdded,
    PaymentMethodEvent,
    PaymentMethodExpiring,
    PaymentMethodRemoved,
    PaymentReturned,
    PaymentSucceeded,
    SubscriptionEnded,
    SubscriptionEvent,
    SubscriptionExpiring,
    SubscriptionRenewed,
)
from shared.events.identity import (
    AccessGranted,
    AccessRequestApproved,
    AccessRequestDenied,
    AccessRequested,
    AccessRevoked,
    BrandChanged,
    ParentAdminsSwitched,
    UserSignedIn,
    WorkspaceReinstated,
    WorkspaceSuspended,
    WorkspaceUpdated,
)
from shared.events.notifications import MessageRetried
from shared.messaging.router import ServiceRouter
from shared.outbox import commands_exchange
from shared.scope import acting_in

C = TypeVar("C", bound=BaseModel)

OF_TERMS = ("admin", "additional")
"""Who is told of the terms of subscriptions."""

router = ServiceRouter("notifications")
follow_identity(router)


@router.on(BrandChanged)
async def follow_brand(session: AsyncSession, event: BrandChanged) -> None:
    await copy_brand(session, event)


@router.on(UserSignedIn)
async def email_new_browser(session: AsyncSession, event: UserSignedIn) -> None:
    if event.new_browser:
        await notify(session, fact_of(session, Topic.new_browser, event), Recipient(RecipientKind.user, event.user_id))


@router.on(AccessRequested)
async def email_admins_that_somebody_asks(session: AsyncSession, event: AccessRequested) -> None:
    await notify_users(session, event, Topic.access_requested, "admin")


@router.on(AccessRequestApproved)
async def email_that_access_was_given(session: AsyncSession, event: AccessRequestApproved) -> None:
    await end_notices(session, event)
    await notify(session, fact_of(session, Topic.access_approved, event), Recipient(RecipientKind.user, event.user_id))


@router.on(AccessRequestDenied)
async def email_that_access_was_denied(session: AsyncSession, event: AccessRequestDenied) -> None:
    await end_notices(session, event)
    await notify(session, fact_of(session, Topic.access_denied, event), Recipient(RecipientKind.user, event.user_id))


@router.on(AccessGranted)
async def email_admins_who_may_enter(session: AsyncSession, event: AccessGranted) -> None:
    if event.grant.source == "link":
        await notify_users(session, event, Topic.link_added, "admin")


@router.on(AccessRevoked)
async def email_that_a_link_ended(session: AsyncSession, event: AccessRevoked) -> None:
    """Not where a colleague ended it: they tell each other, and who leaves a seller may have hundreds of links."""
    if event.grant.source != "link" or event.actor.via == Via.parent:
        return
    person = Recipient(RecipientKind.user, event.user_id)
    await notify(session, fact_of(session, Topic.link_ended, event), person)
    if event.reason == "revoked" and not event.moved:  # of a move they get one mail
        seller = event.parent_workspace_id
        await notify_users(session, event, Topic.link_ended_by_customer, "admin", of=seller)


@router.on(ParentAdminsSwitched)
async def email_that_admins_are_let_in_or_kept_out(session: AsyncSession, event: ParentAdminsSwitched) -> None:
    for workspace_id in (event.workspace_id, event.parent_workspace_id):
        await notify_users(session, event, Topic.parent_admins_switched, "admin", of=workspace_id)


@router.on(WorkspaceUpdated)
async def email_admins_of_new_name(session: AsyncSession, event: WorkspaceUpdated) -> None:
    """The links that they know change with the URL."""
    if event.previous_display_name or event.previous_slug:
        await notify_users(session, event, Topic.workspace_renamed, "admin")


@router.on(WorkspaceSuspended)
async def email_admins_of_suspension(session: AsyncSession, event: WorkspaceSuspended) -> None:
    await notify_users(session, event, Topic.workspace_suspended, "admin")


@router.on(WorkspaceReinstated)
async def email_admins_of_its_end(session: AsyncSession, event: WorkspaceReinstated) -> None:
    await notify_users(session, event, Topic.workspace_reinstated, "admin")


@router.on(InvoiceIssued)
async def email_invoice(session: AsyncSession, event: InvoiceIssued) -> None:
    await _email_billing_contact(session, Topic.invoice_issued, event)


@router.on(InvoicePaid)
async def email_receipt(session: AsyncSession, event: InvoicePaid) -> None:
    await _email_billing_contact(session, Topic.invoice_paid, event)


@router.on(InvoiceOverdue)
async def email_reminder(session: AsyncSession, event: InvoiceOverdue) -> None:
    await _email_billing_contact(session, Topic.invoice_overdue, event)


@router.on(InvoiceLongOverdue)
async def email_provider(session: AsyncSession, event: InvoiceLongOverdue) -> None:
    """The provider's admin contacts that want mail."""
    await announce(session, event, Topic.invoice_long_overdue, await provider_id(session))


@router.on(PaymentSucceeded)
async def email_payer_that_it_was_received(session: AsyncSession, event: PaymentSucceeded) -> None:
    await _email_payer(session, Topic.payment_received, event)


@router.on(PaymentFailed)
async def email_payer_that_it_failed(session: AsyncSession, event: PaymentFailed) -> None:
    """Who began it; of an automatic payment, the billing contact."""
    if event.automatic:
        await _email_billing_contact(session, Topic.charge_failed, event)
    else:
        await _email_payer(session, Topic.payment_failed, event)


@router.on(PaymentReturned)
async def email_that_the_bank_took_it_back(session: AsyncSession, event: PaymentReturned) -> None:
    await _email_billing_contact(session, Topic.payment_returned, event)


@router.on(PaymentMethodExpiring)
async def email_that_a_method_ends(session: AsyncSession, event: PaymentMethodExpiring) -> None:
    await _email_billing_contact(session, Topic.method_expiring, event)


@router.on(PaymentMethodAdded, PaymentMethodRemoved)
async def email_that_methods_changed(session: AsyncSession, event: PaymentMethodAdded | PaymentMethodRemoved) -> None:
    await _email_billing_contact(session, Topic.methods_changed, event)


@router.on(SubscriptionExpiring, SubscriptionRenewed, SubscriptionEnded)
async def email_of_terms(session: AsyncSession, event: SubscriptionEvent) -> None:
    """Additional users, too, who are there to renew and extend. Not of what somebody renewed, and not of what could not
    be provisioned: another mail tells of that."""
    if not isinstance(event, SubscriptionExpiring):
        await end_notices(session, event)
    match event:
        case SubscriptionExpiring():
            await notify_users(session, event, Topic.subscription_expiring, *OF_TERMS)
        case SubscriptionRenewed(by_itself=True):
            await notify_users(session, event, Topic.subscription_renewed, *OF_TERMS)
        case SubscriptionEnded() if event.reason != "provisioning_failed":
            await notify_users(session, event, Topic.subscription_ended, *OF_TERMS)


@router.on(MessageRetried)
async def try_message_again(session: AsyncSession, event: MessageRetried) -> None:
    """Our own event: requests may not change deliveries."""
    await try_again(session, event.message_id)


async def _email_payer(session: AsyncSession, topic: Topic, event: PaymentEvent) -> None:
    """Older events do not say who began it."""
    if event.begun_by is not None:
        await notify(session, fact_of(session, topic, event), Recipient(RecipientKind.user, event.begun_by))


async def _email_billing_contact(
    session: AsyncSession, topic: Topic, event: InvoiceEvent | PaymentEvent | PaymentMethodEvent
) -> None:
    assert event.bill_group_id is not None, "only events of persons are older than that field"
    recipient = Recipient(RecipientKind.billing_contact, event.bill_group_id)
    await notify(session, fact_of(session, topic, event), recipient)


@router.command(commands_exchange("identity"), "notifications.on.secret_mail")
async def email_secret(session: AsyncSession, body: dict[str, Any]) -> None:
    """A secret from identity, encrypted in transit and until it is sent (D30)."""
    command = _read(SecretMail, body)
    async with acting_in(session, command.workspace_id):
        await notify_secret(session, command)


@router.command(commands_exchange("billing"), "notifications.on.invoice_document")
async def keep_invoice_document(session: AsyncSession, body: dict[str, Any]) -> None:
    """The PDF of an invoice from billing, for the mail about one of its events."""
    command = _read(InvoiceDocumentMail, body)
    async with acting_in(session, command.workspace_id):
        await keep_document(session, command)


def _read(command: type[C], body: dict[str, Any]) -> C:
    try:
        return command.model_validate(body)
    except ValidationError as error:
        fields = ", ".join(".".join(map(str, wrong["loc"])) for wrong in error.errors())
        raise Permanent(f"Not a {command.__name__}: {fields}.") from None  # the error would contain the body
