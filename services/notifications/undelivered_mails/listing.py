"""Keeps the list of undelivered mails, in the transaction that records an attempt."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.messages.models import Message
from services.notifications.topics import Recipient
from services.notifications.undelivered_mails.models import UndeliveredMail, UndeliveredState
from services.notifications.undelivered_mails.reasons import NEVER_LISTED, Reason

LISTED = timedelta(days=90)
"""How long a mail that was given up stays in the list."""
LONGEST = 200
"""Characters of what a mail is about."""
ABOUT = ("number", "invoice_number", "display_name", "product_name")
"""The facts that say what a mail is about, the first that there is."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt that did not deliver a mail. ``due_at`` is the next one."""

    reason: Reason
    answer: int | None
    tries: int
    tried_at: datetime
    due_at: datetime | None

    @property
    def state(self) -> UndeliveredState:
        if self.due_at is None:
            return UndeliveredState.given_up
        waits = self.reason is Reason.no_recipient
        return UndeliveredState.waiting if waits else UndeliveredState.retrying


async def list_mail(session: AsyncSession, message: Message, attempt: Attempt) -> None:
    """List a mail after an attempt, but none with a secret."""
    if message.topic in NEVER_LISTED:
        return
    outcome = {
        "state": attempt.state,
        "reason": attempt.reason,
        "answer": attempt.answer,
        "tried_at": attempt.tried_at,
        "due_at": attempt.due_at,
    }
    new = insert(UndeliveredMail).values(
        message_id=message.id,
        workspace_id=message.workspace_id,
        topic=message.topic,
        recipient_kind=message.recipient_kind,
        recipient_id=message.recipient_id,
        about=about(message.facts),
        tries=attempt.tries,
        since=message.created_at,
        **outcome,
    )
    again = new.on_conflict_do_update(
        index_elements=["message_id"], set_=outcome | {"tries": UndeliveredMail.tries + 1}
    )
    await session.execute(again)


def about(facts: Mapping[str, Any]) -> str | None:
    said = next((facts[name] for name in ABOUT if facts.get(name)), None)
    return None if said is None else str(said)[:LONGEST]


async def unlist_mail(session: AsyncSession, message_id: UUID) -> None:
    await session.execute(delete(UndeliveredMail).where(UndeliveredMail.message_id == message_id))


async def waiting_for(session: AsyncSession, recipient: Recipient) -> list[UUID]:
    """The messages that wait for a recipient."""
    waits = select(UndeliveredMail.message_id).where(
        UndeliveredMail.recipient_id == recipient.id,
        UndeliveredMail.recipient_kind == recipient.kind,
        UndeliveredMail.state == UndeliveredState.waiting,
    )
    return list(await session.scalars(waits))


async def forget_given_up(session: AsyncSession, now: datetime) -> None:
    """Shorten the list by what was given up long ago. ``now`` is real time."""
    old = UndeliveredMail.state == UndeliveredState.given_up, UndeliveredMail.tried_at < now - LISTED
    await session.execute(delete(UndeliveredMail).where(*old))
