from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from services.notifications.db import Base, PrimaryKey
from services.notifications.messages.models import Message
from services.notifications.news.models import Campaign
from shared.leases import Leased, lease_rules
from shared.origin import Originated
from shared.tables import Kind, rows


class DeliveryState(StrEnum):
    queued = "queued"
    sending = "sending"
    sent = "sent"
    deferred = "deferred"
    failed = "failed"
    suppressed = "suppressed"


FINAL_STATES = (DeliveryState.sent, DeliveryState.failed, DeliveryState.suppressed)


OPEN = "gathering IS NOT NULL AND state = 'queued'"
"""Deliveries to which further messages are added: one for each key. Whoever claims one takes it out of the index."""


class Delivery(Leased, Base):
    """The delivery of a message to a mailbox: ``queued -> sending -> sent | deferred -> failed``, or ``suppressed``
    when the recipient was removed or has opted out. Its origin is that of the event it reports."""

    __tablename__ = "deliveries"
    __table_args__ = (
        CheckConstraint("state IN ('queued', 'sending', 'sent', 'deferred', 'failed', 'suppressed')", name="state"),
        *lease_rules(),
        CheckConstraint("(state = 'sending') = (lease_id IS NOT NULL)", name="sending_is_leased"),
        CheckConstraint("(state IN ('queued', 'sending', 'deferred')) = (due_at IS NOT NULL)", name="due_until_over"),
        CheckConstraint("sealed IS NULL OR state IN ('queued', 'sending', 'deferred')", name="sealed"),
        CheckConstraint("gathered >= 1", name="gathered"),
        Index("ix_deliveries_workspace_id", "workspace_id"),
        Index("ix_deliveries_campaign_id", "campaign_id", postgresql_where=text("due_at IS NOT NULL")),
        Index("ix_deliveries_news", "due_at", postgresql_where=text("campaign_id IS NOT NULL AND due_at IS NOT NULL")),
        Index("ix_deliveries_other", "due_at", postgresql_where=text("campaign_id IS NULL AND due_at IS NOT NULL")),
        Index("uq_deliveries_gathering", "gathering", unique=True, postgresql_where=text(OPEN)),
        rows(Kind.workspace, worker="select insert update", worker_writes_across=True),
    )

    id: Mapped[PrimaryKey]
    workspace_id: Mapped[UUID]
    message_id: Mapped[UUID] = mapped_column(ForeignKey(Message.id), unique=True)
    state: Mapped[str] = mapped_column(default=DeliveryState.queued)
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    sealed: Mapped[str | None]
    """A secret, as encrypted by identity. Deleted in every final state (D30)."""
    reason: Mapped[str | None]
    """Why it was deferred, failed or suppressed."""
    ended_at: Mapped[datetime | None]
    retried_at: Mapped[datetime | None]
    """When staff had it tried again. It is tried for three days from then."""
    gathering: Mapped[UUID | None]
    """What further messages have in common that its mail will tell, as long as it is queued."""
    gathered: Mapped[int] = mapped_column(default=1, server_default="1")
    """How many messages its mail tells, with its own."""

    campaign_id: Mapped[UUID | None] = mapped_column(ForeignKey(Campaign.id))
    """The campaign whose news it is. These are sent apart from all others, so that none waits behind them."""

    @property
    def tried_since(self) -> datetime:
        return self.retried_at or self.created_at


class GatheredMessage(Originated, Base):
    """A message that is told in the mail of another, and has no delivery of its own. Its origin is that of the event it
    reports."""

    __tablename__ = "gathered_messages"
    __table_args__ = (
        Index("ix_gathered_messages_into_id", "into_id"),
        Index("ix_gathered_messages_workspace_id", "workspace_id"),
        rows(Kind.workspace, worker="select insert update"),
    )

    message_id: Mapped[UUID] = mapped_column(ForeignKey(Message.id), primary_key=True)
    workspace_id: Mapped[UUID]
    into_id: Mapped[UUID] = mapped_column(ForeignKey(Message.id))


class InvoiceDocument(Base):
    """An invoice's PDF, kept until the mail that it is attached to has ended."""

    __tablename__ = "invoice_documents"
    __table_args__ = (
        Index("ix_invoice_documents_kept_at", "kept_at"),
        rows(Kind.workspace, worker="select insert delete"),
    )

    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    """The event that the mail is about, which is the message's fact."""
    workspace_id: Mapped[UUID]
    filename: Mapped[str]
    content: Mapped[bytes | None]
    """Null where there is no PDF: the mail goes without."""
    kept_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
