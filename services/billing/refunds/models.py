from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.billing.db import Base, Minor, PrimaryKey
from shared.leases import Leased, lease_rules
from shared.tables import Kind, rows


class RefundState(StrEnum):
    """``requested -> processing -> done | failed``"""

    requested = "requested"
    processing = "processing"
    done = "done"
    failed = "failed"


class Refund(Leased, Base):
    """Money that goes back by the way that a payment came. Leased work sends it; its id is the key that makes a
    repetition harmless."""

    __tablename__ = "refunds"
    __table_args__ = (
        *lease_rules(),
        Index("ix_refunds_page", "bill_group_id", "requested_at", "id"),
        rows(Kind.workspace, api="select insert update", worker="select insert update", worker_writes_across=True),
    )

    id: Mapped[PrimaryKey]
    workspace_id: Mapped[UUID]
    bill_group_id: Mapped[UUID]
    payment_id: Mapped[UUID] = mapped_column(ForeignKey("payments.id"), index=True)
    state: Mapped[str] = mapped_column(default=RefundState.requested)
    outside: Mapped[bool] = mapped_column(default=False)
    """Whether it was begun in the gateway's own dashboard, not here."""
    amount_minor: Mapped[Minor]
    currency: Mapped[str]
    reason: Mapped[str | None]
    """Why it failed."""
    requested_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    """Both in business time."""
    version: Mapped[int] = mapped_column(default=0)
