from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.billing.db import Base, Minor, PrimaryKey
from services.billing.money import Money
from shared.origin import Originated
from shared.tables import Kind, rows


class PaymentState(StrEnum):
    created = "created"
    requires_action = "requires_action"
    processing = "processing"
    succeeded = "succeeded"
    failed = "failed"


MOVES = {
    PaymentState.created: {PaymentState.requires_action, PaymentState.failed},
    PaymentState.requires_action: {PaymentState.processing, PaymentState.failed},
    PaymentState.processing: {PaymentState.succeeded, PaymentState.failed},
    PaymentState.succeeded: set(),
    PaymentState.failed: set(),
}
"""The states that may follow each state."""

LIVE = "state IN ('created', 'requires_action', 'processing', 'succeeded')"
"""The attempts that succeeded or still may."""


class Payment(Originated, Base):
    """One attempt to pay an invoice. A unique index allows one live attempt per invoice."""

    __tablename__ = "payments"
    __table_args__ = (
        Index("uq_payments_live_attempt", "invoice_id", unique=True, postgresql_where=LIVE),
        Index("ix_payments_expires_at", "expires_at", postgresql_where="state = 'requires_action'"),
        rows(Kind.workspace, api="select insert update", worker="select update"),
    )

    id: Mapped[PrimaryKey]
    workspace_id: Mapped[UUID]
    bill_group_id: Mapped[UUID]
    invoice_id: Mapped[UUID] = mapped_column(ForeignKey("invoices.id"), index=True)
    state: Mapped[str] = mapped_column(default=PaymentState.created)
    currency: Mapped[str]
    amount_minor: Mapped[Minor]
    pay_url: Mapped[str | None]
    failure_reason: Mapped[str | None]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    """Real time: the payment page is used by a person."""
    version: Mapped[int] = mapped_column(default=0)

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)
