from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from shared.events import Via
from shared.events.billing import PaymentMethod
from shared.pages import Cursor, Limit
from shared.schemas import Body, Read

MOST_INVOICES = 50
ReturnUrl = Annotated[str, Field(max_length=2000)]


class InvoiceShare(Body):
    invoice_id: UUID
    amount_minor: Annotated[int, Field(ge=1, lt=2**63)] | None = None
    """How much of it to pay, at most what it owes. By default all of that."""


def _each_once(shares: Sequence[InvoiceShare]) -> Sequence[InvoiceShare]:
    if len({share.invoice_id for share in shares}) < len(shares):
        raise PydanticCustomError("does_not_fit", "must name each invoice once")
    return shares


class PaymentCreate(Body):
    invoices: Annotated[
        list[InvoiceShare], Field(min_length=1, max_length=MOST_INVOICES), AfterValidator(_each_once)
    ]  # fmt: skip
    """What to pay: invoices of one bill group, in the order in which they are paid where the money does not suffice."""
    return_url: ReturnUrl
    """Where the payment page sends the person afterwards: a URL of this portal."""


class AllocationRead(Read):
    invoice_id: UUID
    asked_minor: int
    """What was to be paid of the invoice."""
    paid_minor: int
    """What the payment has paid of it."""


class PaymentRead(Read):
    id: UUID
    bill_group_id: UUID
    invoices: list[AllocationRead]
    state: str
    """``created``, ``requires_action``, ``processing``, ``succeeded``, ``failed`` or ``returned``."""
    amount_minor: int
    currency: str
    method: PaymentMethod | None = None
    """How it is paid, as soon as that is known."""
    pay_url: str | None
    """Where to pay, while it waits for a person."""
    failure_reason: str | None
    """Why it failed: ``expired``, ``unanswered`` or ``superseded`` where it was given up, else as the gateway put
    it."""


class AttemptsQuery(BaseModel):
    model_config = ConfigDict(use_attribute_docstrings=True)

    invoice_id: UUID | None = None
    """The invoice that they were to pay; without one those of all invoices."""
    cursor: Cursor = None
    limit: Limit = 50


class AttemptRead(Read):
    """An attempt to pay an invoice, for those who may see what it costs."""

    id: UUID
    invoice_id: UUID
    state: str
    """As of a payment."""
    amount_minor: int
    """The whole payment, which may be for several invoices."""
    asked_minor: int
    """What was to be paid of this invoice."""
    paid_minor: int
    """What it has paid of this invoice. What else was received paid others, or became credit."""
    refunded_minor: int
    """What of the payment was, or is being, paid back."""
    currency: str
    method: PaymentMethod | None
    automatic: bool
    """Whether a saved method was charged, because the invoice was due."""
    dispute: str | None
    """``open``, ``won`` or ``lost``, if the payer disputed it at their bank."""
    failure_reason: str | None
    begun_by: UUID | None
    """The person who began it."""
    begun_by_address: str | None
    """Their address then."""
    begun_via: Via
    """How they had access."""
    begun_at: datetime
    """In business time."""
    settled_at: datetime | None
    """When the outcome was told, in business time. Null until then, and for attempts that are older than this field."""
