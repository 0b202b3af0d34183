from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.notifications.db import Base
from services.notifications.messages.models import Message
from shared.tables import Kind, rows


class MailTestState(StrEnum):
    asked = "asked"
    """No worker has seen it yet."""
    waiting = "waiting"
    """A worker is about to send it."""
    sent = "sent"
    """The mail server accepted it."""
    caught = "caught"
    """Portico's own mail catcher took it, which hands nothing on: there is no mail server."""
    deferred = "deferred"
    """It was not accepted, and is tried again."""
    failed = "failed"
    suppressed = "suppressed"
    """It was not sent, because mails to the address come back."""


class MailTest(Base):
    """The newest test of the mail server, of whoever asked for it. Its id is that of the event that asked."""

    __tablename__ = "mail_tests"
    __table_args__ = (
        CheckConstraint(f"state IN ({', '.join(repr(state.value) for state in MailTestState)})", name="state"),
        CheckConstraint("(state = 'asked') = (message_id IS NULL)", name="message"),
        Index("ix_mail_tests_message_id", "message_id"),
        rows(Kind.workspace, api="select insert update", worker="select update"),
    )

    workspace_id: Mapped[UUID] = mapped_column(primary_key=True)
    event_id: Mapped[UUID]
    asked_at: Mapped[datetime]
    """Real time, as the next."""
    message_id: Mapped[UUID | None] = mapped_column(ForeignKey(Message.id))
    state: Mapped[str] = mapped_column(default=MailTestState.asked)
    why: Mapped[str | None]
    """Why it was not accepted, as of undelivered mails."""
    answer: Mapped[int | None]
    """The code that the mail server refused it with."""
    tried_at: Mapped[datetime | None]
