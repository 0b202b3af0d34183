"""What is told to whom: one message for each fact and recipient, however often its event is delivered (D23)."""

from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.deliveries.models import Delivery
from services.notifications.messages.models import Announcement, Message
from services.notifications.messages.schemas import SecretMail
from services.notifications.recipient_book.service import service_contacts
from services.notifications.topics import Recipient, RecipientKind, Topic
from shared.copies import workspaces
from shared.db import set_scope
from shared.events import Event
from shared.events.identity import ContactAdded
from shared.origin import Origin
from shared.outbox import cause_of
from shared.telemetry.tracing import current_traceparent


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that is worth a message, and where it came from."""

    topic: Topic
    id: UUID
    workspace_id: UUID
    facts: dict[str, Any]
    origin: Origin


def fact_of(session: AsyncSession, topic: Topic, event: Event) -> Fact:
    """What ``event`` says beyond its envelope, as a message about ``topic`` will tell it."""
    said = event.model_dump(mode="json", exclude=set(Event.model_fields)) | {"via": event.actor.via.value}
    return Fact(topic, event.event_id, event.workspace_id, said, Origin.of(cause_of(session)))


async def tell(session: AsyncSession, fact: Fact, recipient: Recipient, sealed: str | None = None) -> None:
    """Have ``recipient`` told of ``fact`` by mail; telling it again does nothing (D23)."""
    new = insert(Message).values(
        workspace_id=fact.workspace_id,
        topic=fact.topic,
        fact_id=fact.id,
        recipient_kind=recipient.kind,
        recipient_id=recipient.id,
        facts=fact.facts,
    )
    message_id = await session.scalar(new.on_conflict_do_nothing().returning(Message.id))
    if message_id is not None:
        way = Delivery(workspace_id=fact.workspace_id, message_id=message_id, sealed=sealed, origin=fact.origin)
        session.add(way)
        await session.flush()


async def announce(session: AsyncSession, event: Event, topic: Topic) -> None:
    """Tell every contact of the parent workspace that hears of such things: contacts alone, no users (P28, P29)."""
    if event.parent_workspace_id is None:
        return
    fact = fact_of(session, topic, event)
    kept = insert(Announcement).values(
        event_id=fact.id,
        workspace_id=fact.workspace_id,
        audience_workspace_id=event.parent_workspace_id,
        topic=topic,
        facts=fact.facts,
        occurred_at=event.occurred_at,
        **asdict(fact.origin),
    )
    await session.execute(kept.on_conflict_do_nothing())
    for contact in await service_contacts(session, event.parent_workspace_id):
        await tell(session, fact, Recipient(RecipientKind.admin_contact, contact.contact_id))


async def catch_up(session: AsyncSession, event: ContactAdded) -> None:
    """Tell a contact of what was announced after it had been added, but before we heard of it: events of two services
    arrive in any order."""
    contacts = await service_contacts(session, event.workspace_id)
    if event.contact_id not in {contact.contact_id for contact in contacts}:
        return
    missed = select(Announcement).where(
        Announcement.audience_workspace_id == event.workspace_id, Announcement.occurred_at >= event.occurred_at
    )
    for past in list(await session.scalars(missed)):
        await set_scope(session, workspace_id=past.workspace_id)
        fact = Fact(Topic(past.topic), past.event_id, past.workspace_id, past.facts, past.origin)
        await tell(session, fact, Recipient(RecipientKind.admin_contact, event.contact_id))


async def tell_secret(session: AsyncSession, command: SecretMail) -> None:
    """Take over a secret for a mailbox. It stays sealed until it is sent, and is gone then (D30)."""
    parent = select(workspaces.c.parent_workspace_id).where(workspaces.c.id == command.workspace_id)
    origin = Origin(
        command.correlation_id, parent_workspace_id=await session.scalar(parent), traceparent=current_traceparent()
    )
    fact = Fact(Topic(command.kind), command.message_id, command.workspace_id, {}, origin)
    await tell(session, fact, Recipient(RecipientKind.mailbox, command.message_id), command.sealed)
