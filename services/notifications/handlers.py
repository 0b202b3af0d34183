"""Every event that notifications listens to. They update the recipient book or cause mails."""

from typing import Any

from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.deliveries.queueing import announce, catch_up, fact_of, notify, notify_secret
from services.notifications.messages.schemas import SecretMail
from services.notifications.recipient_book.service import (
    clear_contact,
    copy_bill_group_contact,
    copy_contact,
    copy_person,
)
from services.notifications.topics import Recipient, RecipientKind, Topic
from shared.copies import follow_identity
from shared.errors import Permanent
from shared.events.billing import BillingContactChanged, InvoiceEvent, InvoiceIssued, InvoicePaid
from shared.events.identity import (
    ContactAdded,
    ContactChanged,
    ContactRemoved,
    UserRegistered,
    UserSignedIn,
    UserUpdated,
)
from shared.events.provisioning import ServiceProvisioned, ServiceProvisioningFailed
from shared.messaging.router import ServiceRouter
from shared.outbox import commands_exchange
from shared.scope import acting_in

router = ServiceRouter("notifications")
follow_identity(router)


@router.on(UserRegistered)
async def copy_new_person(session: AsyncSession, event: UserRegistered) -> None:
    await copy_person(session, event)


@router.on(UserUpdated)
async def copy_changed_person(session: AsyncSession, event: UserUpdated) -> None:
    await copy_person(session, event)


@router.on(ContactAdded)
async def copy_new_contact(session: AsyncSession, event: ContactAdded) -> None:
    await copy_contact(session, event)
    await catch_up(session, event)


@router.on(ContactChanged)
async def copy_changed_contact(session: AsyncSession, event: ContactChanged) -> None:
    await copy_contact(session, event)
    await catch_up(session, event)


@router.on(ContactRemoved)
async def clear_removed_contact(session: AsyncSession, event: ContactRemoved) -> None:
    await clear_contact(session, event)


@router.on(BillingContactChanged)
async def copy_billing_contact(session: AsyncSession, event: BillingContactChanged) -> None:
    await copy_bill_group_contact(session, event)


@router.on(UserSignedIn)
async def email_new_browser(session: AsyncSession, event: UserSignedIn) -> None:
    if event.new_browser:
        recipient = Recipient(RecipientKind.user, event.user_id)
        await notify(session, fact_of(session, Topic.new_browser, event), recipient)


@router.on(ServiceProvisioned)
async def email_partner_admins(session: AsyncSession, event: ServiceProvisioned) -> None:
    """P27, P28: the admin contacts of the parent workspace."""
    await announce(session, event, Topic.service_provisioned)


@router.on(ServiceProvisioningFailed)
async def email_who_ordered(session: AsyncSession, event: ServiceProvisioningFailed) -> None:
    """D18."""
    if event.ordered_by is not None:
        recipient = Recipient(RecipientKind.user, event.ordered_by)
        await notify(session, fact_of(session, Topic.provisioning_failed, event), recipient)


@router.on(InvoiceIssued)
async def email_invoice(session: AsyncSession, event: InvoiceIssued) -> None:
    await _email_billing_contact(session, Topic.invoice_issued, event)


@router.on(InvoicePaid)
async def email_receipt(session: AsyncSession, event: InvoicePaid) -> None:
    await _email_billing_contact(session, Topic.invoice_paid, event)


async def _email_billing_contact(session: AsyncSession, topic: Topic, event: InvoiceEvent) -> None:
    recipient = Recipient(RecipientKind.billing_contact, event.bill_group_id)
    await notify(session, fact_of(session, topic, event), recipient)


@router.command(commands_exchange("identity"), "notifications.on.secret_mail")
async def email_secret(session: AsyncSession, body: dict[str, Any]) -> None:
    """A secret from identity, encrypted in transit and until it is sent (D30)."""
    try:
        command = SecretMail.model_validate(body)
    except ValidationError as error:
        fields = ", ".join(".".join(map(str, wrong["loc"])) for wrong in error.errors())
        raise Permanent(f"Not a mail to send: {fields}.") from None  # the error would contain the body
    async with acting_in(session, command.workspace_id):
        await notify_secret(session, command)
