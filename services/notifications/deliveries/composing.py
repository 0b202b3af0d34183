"""Composes the mail of a delivery, in its reader's language. The recipient is looked up now, not when the delivery was
queued."""

from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from cryptography.fernet import InvalidToken
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.deliveries.documents import find_attachment
from services.notifications.deliveries.gathering import flood_of
from services.notifications.deliveries.letterheads import Entry, find_letterhead, provider_id, workspace_of_reader
from services.notifications.deliveries.models import Delivery
from services.notifications.mails import contents
from services.notifications.mails.content import Facts, MailContext
from services.notifications.mails.floods import FLOODS, Told
from services.notifications.mails.rendering import Choice, Mail, render
from services.notifications.messages.models import Message
from services.notifications.news.campaigns import find_campaign, news_in
from services.notifications.news.models import Campaign, CampaignState
from services.notifications.news.segments import Segment, belongs
from services.notifications.own_mails.service import BOUNCED
from services.notifications.preferences.service import wants
from services.notifications.recipient_book.models import BillGroupContact, CompanyContact, Person
from services.notifications.settings import Settings
from services.notifications.suppressions.keeping import is_suppressed
from services.notifications.topic_rows import Channel
from services.notifications.topics import RecipientKind, Topic
from services.notifications.unsubscriptions.links import Subscription, link_of
from shared.copies import workspace_of, workspaces
from shared.errors import NotYetKnown
from shared.language import DEFAULT_TAG, Localisation, localised_for
from shared.language.zones import UTC
from shared.secrets import cipher_of

SECRET_LIFETIME_SECONDS = {Topic.sign_in: 600, Topic.invitation: 7 * 86400, Topic.account_deleted: 3 * 86400}
"""How long a secret is valid. An expired secret is not sent."""


ASKERS = {
    Topic.access_requested: "user_id",
    Topic.link_added: "user_id",
    Topic.link_ended_by_customer: "user_id",
    Topic.order_requested: "asked_by",
    Topic.order_submitted: "asked_by",
    Topic.holder_asked: "new_user_id",
    Topic.holder_proposed: "new_user_id",
    Topic.holder_change_ended: "new_user_id",
    Topic.holder_changed: "new_user_id",
    Topic.holder_change_undone: "new_user_id",
}
"""Which field says who asks, or who is to become a holder."""


class Unwanted(Exception):
    """The recipient was removed or has opted out."""

    code = "removed"
    """Why, for the recipient."""


class SwitchedOff(Unwanted):
    code = "switched_off"


class SameAddress(Unwanted):
    code = "same_address"


class ComesBack(Unwanted):
    code = BOUNCED


class Stopped(Unwanted):
    """The campaign that it is of was stopped."""

    code = "stopped"


class NoRecipientYet(NotYetKnown):
    """There is no contact with an address, or the recipient's event has not arrived."""


class SecretSpent(Exception):
    """The secret has expired, or was not encrypted with our key."""


async def compose(session: AsyncSession, delivery: Delivery, settings: Settings, now: datetime) -> tuple[Message, Mail]:
    """The message and its rendered mail. ``now`` is real time.

    Raises `NotYetKnown` while an event or a document that it needs has not arrived, `Unwanted` or `SecretSpent`."""
    message = await session.get_one(Message, delivery.message_id)
    if message.recipient.kind is RecipientKind.mailbox:
        return message, await _compose_secret(session, delivery, message, settings)
    address, found = await _find_recipient(session, message)
    campaign = await find_campaign(session, message.facts)
    if campaign is not None:
        await _still_meant(session, campaign, message)
    attachment = await find_attachment(session, message, since=delivery.created_at, now=now)
    flood = await flood_of(session, delivery, message)
    told = [await _told(session, each, found, settings) for each in (flood.listed if flood else [message])]
    told[0][1].attached = attachment is not None
    reader = await _reader(session, message, found)
    with localised_for(reader):
        letterhead = await find_letterhead(session, await workspace_of_reader(session, message, found))
        if campaign is not None:
            told[0][1].news = news_in(campaign.texts, campaign.button_url, reader.tag)
        if flood:
            content = FLOODS[message.topic](Told(told, flood.count, flood.of_one_customer))
        else:
            content = contents.CONTENTS[Topic(message.topic)](*told[0])
        choice = _choice(message, found, settings)
        return message, render(content, address, found.display_name or "", letterhead, attachment, choice)


async def _still_meant(session: AsyncSession, campaign: Campaign, message: Message) -> None:
    """Whether news still goes to a person: what staff try out goes to themselves. Raises `Unwanted`."""
    if message.facts.get("is_test"):
        return
    if campaign.state == CampaignState.stopped:
        raise Stopped("The campaign was stopped.")
    if not await belongs(session, Segment.model_validate(campaign.segment), message.recipient.id):
        raise Unwanted("The person does not belong to those whom the campaign is for any more.")


def _choice(message: Message, found: Entry, settings: Settings) -> Choice | None:
    """How the reader switches off the mail's topic; None where they cannot."""
    is_user = isinstance(found, Person)
    workspace_id = message.workspace_id if isinstance(found, Person) else found.workspace_id
    switched = Subscription(message.recipient, Topic(message.topic), workspace_id)
    link = link_of(switched, settings.link_keys, settings.public_url)
    page = f"{settings.public_url.rstrip('/')}/me/notifications"
    return Choice(link, page if is_user else None) if link else None


async def _compose_secret(session: AsyncSession, delivery: Delivery, message: Message, settings: Settings) -> Mail:
    topic = Topic(message.topic)
    secret = _open_secret(delivery, topic, settings)
    with localised_for(await _reader_of_secret(session, message)):
        letterhead = await find_letterhead(session, message.workspace_id)
        content = contents.SECRET_CONTENTS[topic](secret)
        return render(content, secret["address"], secret["display_name"], letterhead)


def _open_secret(delivery: Delivery, topic: Topic, settings: Settings) -> dict[str, Any]:
    if delivery.sealed is None:
        raise SecretSpent("The secret is gone.")
    try:
        secret: dict[str, Any] = orjson.loads(
            cipher_of(settings.mail_key).decrypt(delivery.sealed, SECRET_LIFETIME_SECONDS[topic])
        )
    except InvalidToken:
        raise SecretSpent("The secret is too old, or not sealed by our key.") from None
    return secret


async def _reader_of_secret(session: AsyncSession, message: Message) -> Localisation:
    """What identity knows of them; else they are written to as the provider is."""
    tag, zone = message.facts.get("locale"), message.facts.get("time_zone")
    if tag is None:
        tag = await session.scalar(select(workspaces.c.locale).where(workspaces.c.kind == "provider").limit(1))
    return Localisation(tag or DEFAULT_TAG, zone or UTC)


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
        raise NoRecipientYet(f"the {message.recipient.kind}")
    if isinstance(found, CompanyContact) and not found.receives(Topic(message.topic)):
        raise Unwanted("The contact was removed, or does not want this mail any more.")
    if found.address is None:
        raise Unwanted("The contact was removed, or the person is erased.")
    asked_for = message.facts.get("is_test", False)
    mine = isinstance(found, Person) and not asked_for
    if mine and not await wants(session, message.recipient.id, Topic(message.topic), Channel.mail):
        raise SwitchedOff("The person has switched off mails of this topic.")
    if message.topic == Topic.payment_received and await _gets_receipt(session, message, found.address):
        raise SameAddress("The receipt goes to the same address.")
    if await is_suppressed(session, message.recipient, found.address):
        raise ComesBack("Mails to this address come back.")
    return found.address, found


async def _gets_receipt(session: AsyncSession, message: Message, address: str) -> bool:
    """Whether the bill group's billing contact, who gets the receipt, is the same mailbox."""
    group = message.facts.get("bill_group_id")
    contact = await session.get(BillGroupContact, (UUID(group), "billing")) if group else None
    return contact is not None and contact.address.casefold() == address.casefold()


async def _reader(session: AsyncSession, message: Message, found: Entry) -> Localisation:
    """A person's own language and time zone. A contact is written to in the language of its workspace, and a person
    whose language is not known in that of the workspace that the mail is about."""
    if isinstance(found, Person):
        tag = found.locale or (await workspace_of(session, message.workspace_id)).locale
        return Localisation(tag, found.time_zone or UTC)
    return Localisation((await workspace_of(session, found.workspace_id)).locale)


async def _told(session: AsyncSession, message: Message, found: Entry, settings: Settings) -> tuple[Facts, MailContext]:
    return message.facts, await _context(session, message, found, settings)


async def _context(session: AsyncSession, message: Message, found: Entry, settings: Settings) -> MailContext:
    workspace = await workspace_of(session, message.workspace_id)
    context = MailContext(settings.public_url.rstrip("/"), workspace)
    if not isinstance(found, Person):
        context.reader = await workspace_of(session, found.workspace_id)
    elif Topic(message.topic).row.audience.is_staff:
        context.reader = await workspace_of(session, await provider_id(session))
    if workspace.parent_workspace_id is not None:
        context.parent = await workspace_of(session, workspace.parent_workspace_id)
    context.orderer = await _named(session, message.facts.get("ordered_by"))
    context.asker = await _named(session, message.facts.get(ASKERS.get(Topic(message.topic), "")))
    context.former = await _named(session, message.facts.get("former_user_id"))
    context.changer = await _named(session, message.facts.get("changed_by"))
    return context


async def _named(session: AsyncSession, user_id: str | None) -> str | None:
    """A person's name and address, as far as they are known."""
    person = await session.get(Person, user_id) if user_id else None
    return f"{person.display_name} ({person.address})" if person and person.address else None
