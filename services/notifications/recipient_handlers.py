"""The events that update the recipient book, and those of addresses that mails come back from."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.closing_handlers import router
from services.notifications.deliveries.queueing import catch_up, fact_of, notify
from services.notifications.deliveries.retrying import send_waiting
from services.notifications.mail_tests.keeping import begin_test
from services.notifications.messages.models import Message
from services.notifications.recipient_book.service import (
    address_of,
    clear_contact,
    copy_bill_group_contact,
    copy_contact,
    copy_person,
)
from services.notifications.suppressions.keeping import follow_address
from services.notifications.topics import Recipient, RecipientKind, Topic
from shared.events.billing import BillingContactChanged
from shared.events.identity import ContactAdded, ContactChanged, ContactRemoved, UserRegistered, UserUpdated
from shared.events.notifications import AddressReleased, MailTestAsked

__all__ = ["router"]


@router.on(UserRegistered)
async def copy_new_person(session: AsyncSession, event: UserRegistered) -> None:
    await copy_person(session, event)
    await send_waiting(session, Recipient(RecipientKind.user, event.user_id))


@router.on(UserUpdated)
async def copy_changed_person(session: AsyncSession, event: UserUpdated) -> None:
    await copy_person(session, event)
    await _follow(session, Recipient(RecipientKind.user, event.user_id))


@router.on(ContactAdded)
async def copy_new_contact(session: AsyncSession, event: ContactAdded) -> None:
    await copy_contact(session, event)
    await catch_up(session, event)


@router.on(ContactChanged)
async def copy_changed_contact(session: AsyncSession, event: ContactChanged) -> None:
    await copy_contact(session, event)
    await _follow(session, Recipient(RecipientKind.admin_contact, event.contact_id))
    await catch_up(session, event)


@router.on(ContactRemoved)
async def clear_removed_contact(session: AsyncSession, event: ContactRemoved) -> None:
    await clear_contact(session, event)
    await _follow(session, Recipient(RecipientKind.admin_contact, event.contact_id))


@router.on(BillingContactChanged)
async def copy_billing_contact(session: AsyncSession, event: BillingContactChanged) -> None:
    await copy_bill_group_contact(session, event)
    if event.kind == "billing":
        recipient = Recipient(RecipientKind.billing_contact, event.bill_group_id)
        await _follow(session, recipient)
        await send_waiting(session, recipient)


@router.on(AddressReleased)
async def try_mailbox(session: AsyncSession, event: AddressReleased) -> None:
    """Our own event: requests may not write messages."""
    if event.by == "person":
        person = Recipient(RecipientKind.user, event.recipient_id)
        await notify(session, fact_of(session, Topic.mailbox_test, event), person)


@router.on(MailTestAsked)
async def try_mail_server(session: AsyncSession, event: MailTestAsked) -> None:
    """As above."""
    fact = fact_of(session, Topic.mailbox_test, event)
    await notify(session, fact, Recipient(RecipientKind.user, event.user_id))
    told = select(Message.id).where(Message.topic == fact.topic, Message.fact_id == fact.id)
    await begin_test(session, event.event_id, (await session.scalars(told)).one())


async def _follow(session: AsyncSession, recipient: Recipient) -> None:
    """Another address is not suppressed. Events come in any order: what the book has now counts."""
    await follow_address(session, recipient, await address_of(session, recipient))
