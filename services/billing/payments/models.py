from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, func
from sqlalchemy.orm import Mapped, mapped_column

from services.billing.db import Base, Minor, PrimaryKey
from services.billing.money import Money
from shared.origin import Originated
from shared.tables import Kind, rows


class PaymentState(StrEnum):
    """``surplus``: the money was received, but another payment had paid the invoice. It has to be paid back."""

    created = "created"
    requires_action = "requires_action"
    processing = "processing"
    succeeded = "succeeded"
    failed = "failed"
    surplus = "surplus"


MOVES = {
    PaymentState.created: {PaymentState.requires_action, PaymentState.failed},
    PaymentState.requires_action: {PaymentState.processing, PaymentState.failed},
    PaymentState.processing: {PaymentState.succeeded, PaymentState.surplus, PaymentState.failed},
    PaymentState.succeeded: set[PaymentState](),
    PaymentState.failed: {PaymentState.succeeded, PaymentState.surplus},
    PaymentState.surplus: set[PaymentState](),
}
"""The states that may follow each state. Of those that failed only what Portico had given up (`GIVEN_UP`) can still
succeed: what a gateway calls failed stays so."""

EXPIRED, UNANSWERED, SUPERSEDED = "expired", "unanswered", "superseded"
GIVEN_UP = {EXPIRED, UNANSWERED, SUPERSEDED}
"""Why Portico itself ends an attempt: its page expired, the gateway told no outcome, the invoice was paid otherwise."""

LIVE = "state IN ('created', 'requires_action', 'processing')"
"""The attempts that may succeed."""


class Payment(Originated, Base):
    """One attempt to pay an invoice. Unique indexes allow one live attempt per invoice, and one that succeeded."""

    __tablename__ = "payments"
    __table_args__ = (
        Index("uq_payments_live_attempt", "invoice_id", unique=True, postgresql_where=LIVE),
        Index("uq_payments_succeeded", "invoice_id", unique=True, postgresql_where="state = 'succeeded'"),
        Index("ix_payments_expires_at", "expires_at", postgresql_where="state IN ('requires_action', 'processing')"),
        Index("ix_payments_page", "invoice_id", "begun_at", "id"),
        rows(Kind.workspace, api="select insert update", worker="select update"),
    )

    id: Mapped[PrimaryKey]
    workspace_id: Mapped[UUID]
    bill_group_id: Mapped[UUID]
    invoice_id: Mapped[UUID] = mapped_column(ForeignKey("invoices.id"))
    state: Mapped[str] = mapped_column(default=PaymentState.created)
    currency: Mapped[str]
    amount_minor: Mapped[Minor]
    method: Mapped[str | None]
    """How it is paid, as soon as the gateway says so: `PaymentMethod`."""
    pay_url: Mapped[str | None]
    failure_reason: Mapped[str | None]
    """Why it failed: one of `GIVEN_UP`, or as the gateway put it."""
    begun_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    settled_at: Mapped[datetime | None]
    """When it began, and when its outcome was told, in business time."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    """Real time: the payment page is used by a person, and a gateway tells an outcome within days."""
    version: Mapped[int] = mapped_column(default=0)

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)
