"""Composes the mail of a delivery. The recipient is looked up now, not when the delivery was queued."""

import orjson
from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.deliveries.models import Delivery
from services.notifications.mails import contents
from services.notifications.mails.contents import MailContent, MailContext
from services.notifications.mails.rendering import Mail, render
from services.notifications.messages.models import Message
from services.notifications.recipient_book.models import BillGroupContact, CompanyContact, Person
from services.notifications.settings import Settings
from services.notifications.topics import Recipient, RecipientKind, Topic, is_wanted
from shared.copies import workspace_of, workspaces
from shared.errors import NotYetKnown

SECRET_LIFETIME_SECONDS = {Topic.sign_in: 600, Topic.invitation: 7 * 86400}
"""How long a secret is valid. An expired secret is not sent."""


class Unwanted(Exception):
    """The recipient was removed or has opted out."""


class SecretSpent(Exception):
    """The secret has expired, or was not encrypted with our key."""


async def compose(session: AsyncSession, delivery: Delivery, settings: Settings) -> tuple[Message, Mail]:
    """The message and its rendered mail.

    Raises `NotYetKnown` while an event that it needs has not arrived, `Unwanted` or `SecretSpent`."""
    message = await session.get_one(Message, delivery.message_id)
    name = await _sender_name(session)
    if message.recipient.kind is RecipientKind.mailbox:
        content, address, person = _open_secret(delivery, Topic(message.topic), settings)
    else:
        address, person = await _find_recipient(session, message.recipient, Topic(message.topic))
        content = await _write(session, message, settings)
    return message, render(content, address, person, name)


async def _sender_name(session: AsyncSession) -> str:
    """The provider's name."""
    provider = select(workspaces.c.display_name).where(workspaces.c.kind == "provider").limit(1)
    return (await session.scalar(provider)) or "Customer Portal"


def _open_secret(delivery: Delivery, topic: Topic, settings: Settings) -> tuple[MailContent, str, str]:
    if delivery.sealed is None:
        raise SecretSpent("The secret is gone.")
    key = Fernet(settings.mail_key.get_secret_value())
    try:
        secret = orjson.loads(key.decrypt(delivery.sealed, ttl=SECRET_LIFETIME_SECONDS[topic]))
    except InvalidToken:
        raise SecretSpent("The secret is too old, or not sealed by our key.") from None
    write = contents.sign_in if topic is Topic.sign_in else contents.invitation
    return write(secret), secret["address"], secret["display_name"]


async def _find_recipient(session: AsyncSession, recipient: Recipient, topic: Topic) -> tuple[str, str]:
    """Current address and name from the recipient book."""
    found: Person | BillGroupContact | CompanyContact | None
    match recipient.kind:
        case RecipientKind.user:
            found = await session.get(Person, recipient.id)
        case RecipientKind.billing_contact:
            found = await session.get(BillGroupContact, (recipient.id, "billing"))
        case _:
            found = await session.get(CompanyContact, recipient.id)
    if found is None:
        raise NotYetKnown(f"the {recipient.kind}")
    if isinstance(found, CompanyContact) and not is_wanted(topic, found.receives_service_mail):
        raise Unwanted("The contact was removed, or does not want this mail any more.")
    if found.address is None:
        raise Unwanted("The contact was removed.")
    return found.address, found.display_name or ""


async def _write(session: AsyncSession, message: Message, settings: Settings) -> MailContent:
    workspace = await workspace_of(session, message.workspace_id)
    orderer = await session.get(Person, ordered_by) if (ordered_by := message.facts.get("ordered_by")) else None
    context = MailContext(settings.public_url.rstrip("/"), settings.locale, workspace)
    if workspace.parent_workspace_id is not None:
        context.parent = await workspace_of(session, workspace.parent_workspace_id)
    if orderer is not None:
        context.orderer = f"{orderer.display_name} ({orderer.address})"
    return contents.CONTENTS[Topic(message.topic)](message.facts, context)
