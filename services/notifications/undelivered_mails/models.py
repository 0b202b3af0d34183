from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.notifications.db import Base
from services.notifications.messages.models import Message
from services.notifications.undelivered_mails.reasons import NEVER_LISTED, Reason
from shared.tables import WORKSPACE, Kind, rows


class UndeliveredState(StrEnum):
    waiting = "waiting"
    """For a recipient."""
    retrying = "retrying"
    given_up = "given_up"


def _one_of(column: str, values: type[StrEnum]) -> str:
    return f"{column} IN ({', '.join(repr(value.value) for value in values)})"


class UndeliveredMail(Base):
    """A mail that waits for its recipient or could not be sent, with all fields that the provider's staff see.

    A separate table, because the staff may read it for every workspace but no messages and no secrets. Mails with
    secrets have no row.
    """

    __tablename__ = "undelivered_mails"
    __table_args__ = (
        CheckConstraint(f"topic NOT IN ({', '.join(repr(topic.value) for topic in NEVER_LISTED)})", name="topic"),
        CheckConstraint(_one_of("state", UndeliveredState), name="state"),
        CheckConstraint(_one_of("reason", Reason), name="reason"),
        CheckConstraint("(state = 'given_up') = (due_at IS NULL)", name="due_until_given_up"),
        CheckConstraint("length(about) BETWEEN 1 AND 200", name="about"),
        Index("ix_undelivered_mails_newest", "since", "message_id"),
        Index("ix_undelivered_mails_workspace_id", "workspace_id"),
        Index("ix_undelivered_mails_waiting", "recipient_id", postgresql_where=text("state = 'waiting'")),
        Index("ix_undelivered_mails_given_up", "tried_at", postgresql_where=text("state = 'given_up'")),
        rows(
            Kind.workspace,
            api="select update",
            worker="select insert update delete",
            also_reads={
                "provider_reads": f"EXISTS (SELECT FROM workspace_copies w WHERE w.id = {WORKSPACE}"
                " AND w.kind = 'provider')"
            },
        ),
    )

    message_id: Mapped[UUID] = mapped_column(ForeignKey(Message.id), primary_key=True)
    workspace_id: Mapped[UUID]
    """The workspace of the cause."""
    topic: Mapped[str]
    recipient_kind: Mapped[str]
    recipient_id: Mapped[UUID]
    about: Mapped[str | None]
    """The number of the invoice, or the name of the service, that the mail is about."""
    state: Mapped[str]
    reason: Mapped[str]
    """A `Reason`."""
    answer: Mapped[int | None]
    """The code that the mail server refused it with."""
    tries: Mapped[int]
    """Attempts that came to an end, over all retries."""
    since: Mapped[datetime]
    """When the mail was caused. Real time, as the next two."""
    tried_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    """The next attempt. Null once it was given up."""
