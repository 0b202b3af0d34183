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
    """``created -> requires_action -> processing -> succeeded | failed``. A saved method is charged without
    ``requires_action``. ``returned``: it had succeeded, and the bank took the money back."""

    created = "created"
    requires_action = "requires_action"
    processing = "processing"
    succeeded = "succeeded"
    failed = "failed"
    returned = "returned"


EXPIRED, UNANSWERED, SUPERSEDED = "expired", "unanswered", "superseded"
GIVEN_UP = {EXPIRED, UNANSWERED, SUPERSEDED}
"""Why Portico itself ends an attempt: its page expired, the gateway told no outcome, the invoice was paid otherwise."""

LIVE = (PaymentState.created, PaymentState.requires_action, PaymentState.processing)
"""The attempts whose outcome is open."""


class Payment(Originated, Base):
    """One attempt to pay invoices of a bill group, or parts of them. What it pays is `PaymentAllocation`."""

    __tablename__ = "payments"
    __table_args__ = (
        Index("ix_payments_expires_at", "expires_at", postgresql_where="state IN ('requires_action', 'processing')"),
        Index("ix_payments_group", "bill_group_id", "begun_at", "id"),
        Index("ix_payments_newest", "workspace_id", "begun_at", "id"),
        rows(Kind.workspace, api="select insert update", worker="select insert update", owner="SELECT"),
    )

    id: Mapped[PrimaryKey]
    workspace_id: Mapped[UUID]
    bill_group_id: Mapped[UUID]
    state: Mapped[str] = mapped_column(default=PaymentState.created)
    currency: Mapped[str]
    amount_minor: Mapped[Minor]
    """What was asked for; once it was received, what was received."""
    refunded_minor: Mapped[Minor] = mapped_column(default=0)
    """What of it was, or is being, paid back."""
    uncovered_minor: Mapped[Minor] = mapped_column(default=0)
    """What a bank took back after it had been paid out: the seller's loss, unless the customer pays it."""
    dispute: Mapped[str | None]
    """``open``, ``won`` or ``lost``, if the payer disputed it at their bank."""
    gateway: Mapped[str]
    """The adapter that it was made with."""
    reference: Mapped[str | None]
    """The gateway's own, which refunds need."""
    payment_method_id: Mapped[UUID | None] = mapped_column(ForeignKey("payment_methods.id"))
    """The saved method that was charged. Null for what a person paid on the gateway's page."""
    method: Mapped[str | None]
    """How it is paid, as soon as the gateway says so: `shared.events.billing.PaymentMethod`."""
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

    @property
    def is_automatic(self) -> bool:
        return self.payment_method_id is not None

    @property
    def is_live(self) -> bool:
        return self.state in LIVE


class PaymentAllocation(Base):
    """What of a payment is for an invoice. A unique index allows one live attempt per invoice."""

    __tablename__ = "payment_allocations"
    __table_args__ = (
        Index("uq_payment_allocations_live", "invoice_id", unique=True, postgresql_where="live"),
        rows(Kind.workspace, api="select insert update", worker="select insert update", owner="SELECT"),
    )

    payment_id: Mapped[UUID] = mapped_column(ForeignKey("payments.id"), primary_key=True)
    invoice_id: Mapped[UUID] = mapped_column(ForeignKey("invoices.id"), primary_key=True, index=True)
    workspace_id: Mapped[UUID]
    bill_group_id: Mapped[UUID]
    position: Mapped[int]
    """The order in which invoices are paid where the money does not suffice."""
    asked_minor: Mapped[Minor]
    paid_minor: Mapped[Minor] = mapped_column(default=0)
    """What the payment has paid of the invoice; 0 again after a bank took it back."""
    live: Mapped[bool]
    """Whether the payment's outcome is open: a trigger follows its state."""
