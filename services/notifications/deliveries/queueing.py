"""Creates messages: one per fact and recipient, however often its event is delivered (D23)."""

from dataclasses import asdict, dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import case, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.deliveries.gathering import gather, key_of
from services.notifications.deliveries.models import Delivery
from services.notifications.messages.models import Announcement, Message
from services.notifications.messages.schemas import SecretMail
from services.notifications.notices.keeping import note
from services.notifications.own_mails.keeping import keep_mail
from services.notifications.recipient_book.models import CompanyContact
from services.notifications.recipient_book.service import OWN_GRANTS, contacts_for
from services.notifications.topics import Recipient, RecipientKind, Topic
from shared.copies import grants, workspaces
from shared.events import Event
from shared.events.identity import (
    AccessGranted,
    AccessRevoked,
    ContactAdded,
    ParentAdminsSwitched,
    UserAdded,
    WorkspaceClosing,
    WorkspaceKept,
    WorkspaceUpdated,
)
from shared.events.money import money_fields
from shared.events.provisioning import (
    CancellationOrdered,
    LicenceRotated,
    OperationEnded,
    OrderPlaced,
    OrderSubmitted,
)
from shared.origin import Origin
from shared.outbox import cause_of
from shared.scope import acting_in
from shared.telemetry.tracing import current_traceparent
from shared.waking import wake

USERS_TOLD = 50
"""A workspace with more who decide would get a mass mailing of each order."""


CHANGES = (
    WorkspaceUpdated, CancellationOrdered, OperationEnded, AccessGranted, AccessRevoked, ParentAdminsSwitched,
    UserAdded, LicenceRotated, WorkspaceClosing, WorkspaceKept,
)  # fmt: skip
"""Events whose mails say who did it."""


@dataclass(frozen=True, slots=True)
class Fact:
    """What a message reports, and its origin."""

    topic: Topic
    id: UUID
    workspace_id: UUID
    facts: dict[str, Any]
    origin: Origin
    seen_from: UUID | None = None
    """The workspace whose users are told, if that is another one."""
    is_again: bool = False
    """Whether the recipient has asked for it again, and was told in the portal before."""


def fact_of(session: AsyncSession, topic: Topic, event: Event) -> Fact:
    """``event`` as a fact for messages about ``topic``."""
    return Fact(topic, event.event_id, event.workspace_id, facts_of(topic, event), Origin.of(cause_of(session)))


def facts_of(topic: Topic, event: Event) -> dict[str, Any]:
    """The payload of ``event`` for messages about ``topic``, without money if they are not about money."""
    money = set() if topic.row.about_money else money_fields(type(event))
    said = event.model_dump(mode="json", exclude={*Event.model_fields, *money})
    said |= {"via": event.actor.via.value, "occurred_at": event.occurred_at.isoformat()}
    if isinstance(event, (OrderPlaced, OrderSubmitted)) and event.actor.user_id and not said.get("ordered_by"):
        said["ordered_by"] = str(event.actor.user_id)  # later events say so themselves
    if isinstance(event, CHANGES) and event.actor.user_id is not None:
        said["changed_by"] = str(event.actor.user_id)
    return said


async def notify(session: AsyncSession, fact: Fact, recipient: Recipient, sealed: str | None = None) -> None:
    """Tell ``recipient`` of ``fact``: queue a mail and, for a user, a notice in the portal. Idempotent (D23)."""
    new = insert(Message).values(
        workspace_id=fact.workspace_id,
        topic=fact.topic,
        fact_id=fact.id,
        recipient_kind=recipient.kind,
        recipient_id=recipient.id,
        facts=fact.facts,
    )
    message = await session.scalar(new.on_conflict_do_nothing().returning(Message))
    if message is None:
        return
    message_id = message.id
    if recipient.kind is RecipientKind.user:
        await keep_mail(session, message, fact.seen_from)
        if not fact.is_again:
            await note(session, message, fact.seen_from)
    if fact.topic.row.gathered and recipient.kind is RecipientKind.admin_contact:
        await gather(session, message_id, fact.workspace_id, fact.origin, key_of(fact.topic, recipient))
        return
    delivery = Delivery(workspace_id=fact.workspace_id, message_id=message_id, sealed=sealed, origin=fact.origin)
    session.add(delivery)
    await session.flush()
    await wake(session, Delivery.__tablename__)


async def announce(session: AsyncSession, event: Event, topic: Topic, audience: UUID) -> None:
    """Notify the interested contacts of a workspace. Contacts only, no users (P28, P29)."""
    fact = fact_of(session, topic, event)
    kept = insert(Announcement).values(
        event_id=fact.id,
        workspace_id=fact.workspace_id,
        audience_workspace_id=audience,
        topic=topic,
        facts=fact.facts,
        occurred_at=event.occurred_at,
        **asdict(fact.origin),
    )
    await session.execute(kept.on_conflict_do_nothing())
    for contact in await contacts_for(session, audience, topic):
        await notify(session, fact, Recipient(RecipientKind.admin_contact, contact.contact_id))


async def notify_users(
    session: AsyncSession, event: Event, topic: Topic, *roles: str, once: UUID | None = None, of: UUID | None = None,
    whoever_did_it: bool = False,
) -> None:  # fmt: skip
    """Notify the users who have one of the roles in the event's workspace, or in workspace ``of``, as such: not those
    who work there on behalf, nor, unless ``whoever_did_it``, who did it themselves. At most `USERS_TOLD`, admins first.
    Of events with the same
    ``once``, the first counts."""
    users = select(grants.c.user_id).where(
        grants.c.workspace_id == (of or event.workspace_id),
        grants.c.role.in_(roles),
        grants.c.source.in_(OWN_GRANTS),
        grants.c.bill_group_id.is_(None),
        grants.c.location_id.is_(None),
    )
    if not whoever_did_it:
        users = users.where(grants.c.user_id != event.actor.user_id)
    fact = fact_of(session, topic, event)
    fact = replace(fact, id=once or fact.id, seen_from=of)
    first = case((func.bool_or(grants.c.role == "admin"), 0), else_=1)
    told = users.group_by(grants.c.user_id).order_by(first, grants.c.user_id).limit(USERS_TOLD)
    for user_id in await session.scalars(told):
        await notify(session, fact, Recipient(RecipientKind.user, user_id))


async def catch_up(session: AsyncSession, event: ContactAdded) -> None:
    """Notify a contact of announcements made after it was added but before its event arrived: events of two services
    have no common order."""
    contact = await session.get(CompanyContact, event.contact_id, populate_existing=True)
    if contact is None or contact.workspace_id != event.workspace_id:
        return
    missed = select(Announcement).where(
        Announcement.audience_workspace_id == event.workspace_id, Announcement.occurred_at >= event.occurred_at
    )
    for past in list(await session.scalars(missed)):
        if not contact.receives(Topic(past.topic)):
            continue
        fact = Fact(Topic(past.topic), past.event_id, past.workspace_id, past.facts, past.origin)
        async with acting_in(session, past.workspace_id):
            await notify(session, fact, Recipient(RecipientKind.admin_contact, event.contact_id))


async def notify_secret(session: AsyncSession, command: SecretMail) -> None:
    """Queue a secret mail. The secret stays encrypted until it is sent, and is then deleted (D30)."""
    parent = select(workspaces.c.parent_workspace_id).where(workspaces.c.id == command.workspace_id)
    origin = Origin(
        command.correlation_id, parent_workspace_id=await session.scalar(parent), traceparent=current_traceparent()
    )
    reader = {"locale": command.locale, "time_zone": command.time_zone}
    fact = Fact(Topic(command.kind), command.message_id, command.workspace_id, reader, origin)
    await notify(session, fact, Recipient(RecipientKind.mailbox, command.message_id), command.sealed)
