"""From a delivery to a mail: who gets it is looked up now, not when it was queued."""

import orjson
from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.deliveries.models import Delivery
from services.notifications.mails import letters
from services.notifications.mails.letters import Letter, Place
from services.notifications.mails.rendering import Mail, render
from services.notifications.messages.models import Message
from services.notifications.recipient_book.models import BillGroupContact, CompanyContact, Person
from services.notifications.settings import Settings
from services.notifications.topics import Recipient, RecipientKind, Topic, is_wanted
from shared.copies import workspace_of, workspaces
from shared.errors import NotYetKnown

SECONDS_GOOD = {Topic.sign_in: 600, Topic.invitation: 7 * 86400}
"""How long a secret is of use to whoever gets it: what is older is not sent any more."""


class Unwanted(Exception):
    """The recipient is none any more: removed, or not interested since."""


class SecretSpent(Exception):
    """The secret is too old to be of use, or was not sealed by our key."""


async def compose(session: AsyncSession, delivery: Delivery, settings: Settings) -> tuple[Message, Mail]:
    """The mail as it is now. `NotYetKnown` while an event that it builds on is on its way."""
    message = await session.get_one(Message, delivery.message_id)
    name = await _sender_name(session)
    if message.recipient.kind is RecipientKind.mailbox:
        letter, address, person = _open_secret(delivery, Topic(message.topic), settings)
    else:
        address, person = await _addressee(session, message.recipient, Topic(message.topic))
        letter = await _write(session, message, settings)
    return message, render(letter, address, person, name)


async def _sender_name(session: AsyncSession) -> str:
    """The provider is the one who writes."""
    provider = select(workspaces.c.display_name).where(workspaces.c.kind == "provider").limit(1)
    return (await session.scalar(provider)) or "Customer Portal"


def _open_secret(delivery: Delivery, topic: Topic, settings: Settings) -> tuple[Letter, str, str]:
    if delivery.sealed is None:
        raise SecretSpent("The secret is gone.")
    key = Fernet(settings.mail_key.get_secret_value())
    try:
        secret = orjson.loads(key.decrypt(delivery.sealed, ttl=SECONDS_GOOD[topic]))
    except InvalidToken:
        raise SecretSpent("The secret is too old, or not sealed by our key.") from None
    write = letters.sign_in if topic is Topic.sign_in else letters.invitation
    return write(secret), secret["address"], secret["display_name"]


async def _addressee(session: AsyncSession, recipient: Recipient, topic: Topic) -> tuple[str, str]:
    """Address and name, as the recipient book has them now."""
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
    if isinstance(found, CompanyContact) and not is_wanted(topic, found.hears_of_services):
        raise Unwanted("The contact was removed, or does not want this mail any more.")
    if found.address is None:
        raise Unwanted("The contact was removed.")
    return found.address, found.display_name or ""


async def _write(session: AsyncSession, message: Message, settings: Settings) -> Letter:
    workspace = await workspace_of(session, message.workspace_id)
    orderer = await session.get(Person, ordered_by) if (ordered_by := message.facts.get("ordered_by")) else None
    place = Place(settings.public_url.rstrip("/"), settings.locale, workspace)
    if workspace.parent_workspace_id is not None:
        place.parent = await workspace_of(session, workspace.parent_workspace_id)
    if orderer is not None:
        place.orderer = f"{orderer.display_name} ({orderer.address})"
    return letters.LETTERS[Topic(message.topic)](message.facts, place)
