from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.notifications.db import Base
from services.notifications.messages.models import Message
from shared.tables import PERSON, WORKSPACE, Kind, rows

IS_ACTIVE = "released_at IS NULL"


class SuppressionReason(StrEnum):
    no_mailbox = "no_mailbox"
    """A mail came back for good: there is no such mailbox."""
    often_refused = "often_refused"
    """Three mails came back within 30 days, such as from a mailbox that is full."""


class Suppression(Base):
    """The address of an entry in the recipient book that no mails are sent to, because they come back. One with a new
    address is not suppressed. A row that was released stays, for how often its person did that today, and what came
    back before does not count any more."""

    __tablename__ = "suppressions"
    __table_args__ = (
        CheckConstraint("recipient_kind IN ('user', 'admin_contact', 'billing_contact')", name="recipient_kind"),
        CheckConstraint("reason IN ('no_mailbox', 'often_refused')", name="reason"),
        CheckConstraint("released_by_self >= 0", name="released_by_self"),
        CheckConstraint("(released_by_self > 0) = (released_on IS NOT NULL)", name="released_on"),
        Index("ix_suppressions_newest", "since", "id", postgresql_where=text(IS_ACTIVE)),
        Index("ix_suppressions_workspace_id", "workspace_id"),
        Index("uq_suppressions_recipient", "recipient_id", "recipient_kind", unique=True),
        rows(
            Kind.workspace,
            api="select update",
            worker="select insert update delete",
            worker_writes_across=True,  # a person may have another home than when they were suppressed first
            also_reads={
                "provider_reads": f"EXISTS (SELECT FROM workspace_copies w WHERE w.id = {WORKSPACE}"
                " AND w.kind = 'provider')",
                "person_reads": f"recipient_kind = 'user' AND recipient_id = {PERSON}",
            },
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    recipient_kind: Mapped[str]
    recipient_id: Mapped[UUID]
    workspace_id: Mapped[UUID]
    """The contact's workspace, or one that the person belongs to."""
    address: Mapped[str]
    """In lower case."""
    reason: Mapped[str]
    """A `SuppressionReason`."""
    status: Mapped[str]
    """What the mail server said last (RFC 3463)."""
    message_id: Mapped[UUID] = mapped_column(ForeignKey(Message.id))
    """The last message that came back."""
    since: Mapped[datetime]
    """Real time, as the next."""
    released_at: Mapped[datetime | None]
    released_on: Mapped[date | None]
    """The day on which the person released it themselves."""
    released_by_self: Mapped[int] = mapped_column(default=0)
    """How often on that day."""


class SoftBounce(Base):
    """A message that came back from a mailbox that may take the next one. Kept for 30 days."""

    __tablename__ = "soft_bounces"
    __table_args__ = (
        Index("ix_soft_bounces_recipient_id", "recipient_id", "recipient_kind"),
        Index("ix_soft_bounces_at", "at"),
        Index("ix_soft_bounces_workspace_id", "workspace_id"),
        rows(Kind.workspace, worker="select insert delete", worker_writes_across=True),
    )

    message_id: Mapped[UUID] = mapped_column(ForeignKey(Message.id), primary_key=True)
    workspace_id: Mapped[UUID]
    """The workspace of the message's cause."""
    recipient_kind: Mapped[str]
    recipient_id: Mapped[UUID]
    status: Mapped[str]
    at: Mapped[datetime]
