"""The PDFs of invoices that mails wait for. They come from billing, in any order with the events that they are for."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.deliveries.models import FINAL_STATES, Delivery, DeliveryState, InvoiceDocument
from services.notifications.mails.rendering import Attachment
from services.notifications.messages.models import Message
from services.notifications.messages.schemas import InvoiceDocumentMail
from services.notifications.topics import Topic
from shared.errors import NotYetKnown

WAIT = timedelta(minutes=15)
"""How long a mail waits for its document. Then it goes without: its link leads to the invoice."""
WITH_DOCUMENT = sorted(topic for topic in Topic if topic.row.with_document)
SPENT = (DeliveryState.sent, DeliveryState.suppressed)
KEPT = timedelta(days=7)
"""How long a document is kept whose mail does not come. A mail is tried for three days."""


class NotPrintedYet(NotYetKnown):
    """The document has not come yet."""


async def keep_document(session: AsyncSession, command: InvoiceDocumentMail) -> None:
    """Keep a document, and let the mail that waits for it be sent at once. Nothing is kept for a mail that has ended.
    Idempotent."""
    if await _has_ended(session, command.event_id):
        return
    kept = insert(InvoiceDocument).values(
        event_id=command.event_id,
        workspace_id=command.workspace_id,
        filename=command.filename,
        content=command.document,
    )
    await session.execute(kept.on_conflict_do_nothing())
    waiting = update(Delivery).where(
        Delivery.message_id == Message.id,
        *_told_of(command.event_id),
        Delivery.state == DeliveryState.deferred,
        Delivery.due_at > func.clock_timestamp(),
    )
    await session.execute(waiting.values(due_at=func.clock_timestamp()).execution_options(synchronize_session=False))


async def find_attachment(
    session: AsyncSession, message: Message, *, since: datetime, now: datetime
) -> Attachment | None:
    """The document of a message that exists ``since``; None where it has none, or it has not come in time.

    Raises `NotPrintedYet` while it is waited for. Documents come with the events that tell an invoice's lines."""
    if message.topic not in WITH_DOCUMENT or not message.facts.get("line_count"):
        return None
    found = await session.get(InvoiceDocument, message.fact_id)
    if found is None:
        if now < since + WAIT:
            raise NotPrintedYet("the invoice’s document")
        return None
    return None if found.content is None else Attachment(found.filename, found.content)


async def forget_document(session: AsyncSession, delivery: Delivery) -> None:
    """Delete the document of a delivery that was sent. Of one that was given up it stays for its week: staff may have
    the mail tried again."""
    message = await session.get_one(Message, delivery.message_id)
    if message.topic in WITH_DOCUMENT and await _has_ended(session, message.fact_id, SPENT):
        await session.execute(delete(InvoiceDocument).where(InvoiceDocument.event_id == message.fact_id))


async def forget_old_documents(session: AsyncSession, now: datetime) -> None:
    await session.execute(delete(InvoiceDocument).where(InvoiceDocument.kept_at < now - KEPT))


async def _has_ended(session: AsyncSession, event_id: UUID, states_at_end: Collection[str] = FINAL_STATES) -> bool:
    """Whether there are mails about an event, all of which have ended, in one of these states."""
    states = select(Delivery.state).join(Message, Delivery.message_id == Message.id).where(*_told_of(event_id))
    found = list(await session.scalars(states))
    return bool(found) and all(state in states_at_end for state in found)


def _told_of(event_id: UUID) -> tuple[ColumnElement[bool], ...]:
    return Message.topic.in_(WITH_DOCUMENT), Message.fact_id == event_id
