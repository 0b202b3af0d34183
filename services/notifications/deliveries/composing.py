"""Composes the mail of a delivery, in its reader's language. The recipient is looked up now, not when the delivery was
queued."""

from dataclasses import dataclass
from typing import Any

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
from services.notifications.topics import RecipientKind, Topic, is_wanted
from shared.copies import workspace_of, workspaces
from shared.errors import NotYetKnown
from shared.language import DEFAULT_TAG, Localisation, gettext, localised_for
from shared.language.zones import UTC

SECRET_LIFETIME_SECONDS = {Topic.sign_in: 600, Topic.invitation: 7 * 86400}
"""How long a secret is valid. An expired secret is not sent."""

Entry = Person | BillGroupContact | CompanyContact
"""Of the recipient book."""


class Unwanted(Exception):
    """The recipient was removed or has opted out."""


class SecretSpent(Exception):
    """The secret has expired, or was not encrypted with our key."""


@dataclass(frozen=True, slots=True)
class Provider:
    """Who sends all mails."""

    name: str = ""
    """Empty while it is not known."""
    locale: str = DEFAULT_TAG

    def render(self, content: MailContent, address: str, person: str) -> Mail:
        return render(content, address, person, self.name or gettext("Customer Portal"))


async def compose(session: AsyncSession, delivery: Delivery, settings: Settings) -> tuple[Message, Mail]:
    """The message and its rendered mail.

    Raises `NotYetKnown` while an event that it needs has not arrived, `Unwanted` or `SecretSpent`."""
    message = await session.get_one(Message, delivery.message_id)
    topic = Topic(message.topic)
    provider = await _find_provider(session)
    if message.recipient.kind is RecipientKind.mailbox:
        secret = _open_secret(delivery, topic, settings)
        with localised_for(_reader_of_secret(message, provider)):
            content = contents.SECRET_CONTENTS[topic](secret)
            return message, provider.render(content, secret["address"], secret["display_name"])
    address, found = await _find_recipient(session, message)
    context = await _context(session, message, settings)
    with localised_for(await _reader(session, message, found)):
        content = contents.CONTENTS[topic](message.facts, context)
        return message, provider.render(content, address, found.display_name or "")


async def _find_provider(session: AsyncSession) -> Provider:
    known = select(workspaces.c.display_name, workspaces.c.locale).where(workspaces.c.kind == "provider").limit(1)
    row = (await session.execute(known)).first()
    return Provider(*row) if row else Provider()


def _open_secret(delivery: Delivery, topic: Topic, settings: Settings) -> dict[str, Any]:
    if delivery.sealed is None:
        raise SecretSpent("The secret is gone.")
    key = Fernet(settings.mail_key.get_secret_value())
    try:
        secret: dict[str, Any] = orjson.loads(key.decrypt(delivery.sealed, ttl=SECRET_LIFETIME_SECONDS[topic]))
    except InvalidToken:
        raise SecretSpent("The secret is too old, or not sealed by our key.") from None
    return secret


def _reader_of_secret(message: Message, provider: Provider) -> Localisation:
    """What identity knows of them; else they are written to as the provider is."""
    tag, zone = message.facts.get("locale"), message.facts.get("time_zone")
    return Localisation(tag or provider.locale, zone or UTC)


async def _find_recipient(session: AsyncSession, message: Message) -> tuple[str, Entry]:
    """The current address, and the entry of the recipient book that it is from."""
    found: Entry | None
    match message.recipient.kind:
        case RecipientKind.user:
            found = await session.get(Person, message.recipient.id)
        case RecipientKind.billing_contact:
            found = await session.get(BillGroupContact, (message.recipient.id, "billing"))
        case _:
            found = await session.get(CompanyContact, message.recipient.id)
    if found is None:
        raise NotYetKnown(f"the {message.recipient.kind}")
    if isinstance(found, CompanyContact) and not is_wanted(Topic(message.topic), found.receives_service_mail):
        raise Unwanted("The contact was removed, or does not want this mail any more.")
    if found.address is None:
        raise Unwanted("The contact was removed.")
    return found.address, found


async def _reader(session: AsyncSession, message: Message, found: Entry) -> Localisation:
    """A person's own language and time zone. A contact is written to in the language of its workspace, and a person
    whose language is not known in that of the workspace that the mail is about."""
    if isinstance(found, Person):
        tag = found.locale or (await workspace_of(session, message.workspace_id)).locale
        return Localisation(tag, found.time_zone or UTC)
    return Localisation((await workspace_of(session, found.workspace_id)).locale)


async def _context(session: AsyncSession, message: Message, settings: Settings) -> MailContext:
    workspace = await workspace_of(session, message.workspace_id)
    orderer = await session.get(Person, ordered_by) if (ordered_by := message.facts.get("ordered_by")) else None
    context = MailContext(settings.public_url.rstrip("/"), workspace)
    if workspace.parent_workspace_id is not None:
        context.parent = await workspace_of(session, workspace.parent_workspace_id)
    if orderer is not None:
        context.orderer = f"{orderer.display_name} ({orderer.address})"
    return context
