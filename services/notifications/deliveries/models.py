from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from services.notifications.db import Base, PrimaryKey
from services.notifications.messages.models import Message
from shared.db import Kind


class DeliveryState(StrEnum):
    queued = "queued"
    sending = "sending"
    sent = "sent"
    deferred = "deferred"
    failed = "failed"
    suppressed = "suppressed"


WAITING = (DeliveryState.queued, DeliveryState.deferred)
OVER = (DeliveryState.sent, DeliveryState.failed, DeliveryState.suppressed)


class Delivery(Base):
    """The way of one message to one mailbox: ``queued -> sending -> sent | deferred -> failed``, or ``suppressed`` when
    its recipient is no longer one."""

    __tablename__ = "deliveries"
    __table_args__ = (
        CheckConstraint("state IN ('queued', 'sending', 'sent', 'deferred', 'failed', 'suppressed')", name="state"),
        CheckConstraint("(state = 'sending') = (lease_id IS NOT NULL AND leased_until IS NOT NULL)", name="lease"),
        CheckConstraint("sealed IS NULL OR state IN ('queued', 'sending', 'deferred')", name="sealed"),
        Index("ix_deliveries_workspace_id", "workspace_id"),
        Index("ix_deliveries_due_at", "due_at", postgresql_where=text("state IN ('queued', 'deferred')")),
        Index("ix_deliveries_leased_until", "leased_until", postgresql_where=text("state = 'sending'")),
        {"info": {"kind": Kind.workspace}},
    )

    id: Mapped[PrimaryKey]
    workspace_id: Mapped[UUID]
    message_id: Mapped[UUID] = mapped_column(ForeignKey(Message.id), unique=True)
    state: Mapped[str] = mapped_column(default=DeliveryState.queued)
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    lease_id: Mapped[UUID | None]
    leased_until: Mapped[datetime | None]
    sealed: Mapped[str | None]
    """A secret on its way, as identity sealed it; wiped when the way is over (D30)."""
    reason: Mapped[str | None]
    """Why it waits, or why it was given up."""
    ended_at: Mapped[datetime | None]
