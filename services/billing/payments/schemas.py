from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.events import Via
from shared.events.billing import PaymentMethod
from shared.pages import Cursor, Limit
from shared.schemas import Body, Read


class PaymentCreate(Body):
    invoice_id: UUID
    return_url: Annotated[str, Field(max_length=2000)]
    """Where the payment page sends the person afterwards: a URL of this portal."""


class PaymentRead(Read):
    id: UUID
    invoice_id: UUID
    state: str
    """``surplus``: the money was received, but another payment had paid the invoice; it has to be paid back."""
    amount_minor: int
    currency: str
    method: PaymentMethod | None = None
    """How it is paid, as soon as that is known."""
    pay_url: str | None
    """The gateway's page, while it waits for a person."""
    failure_reason: str | None
    """Why it failed: ``expired``, ``unanswered`` or ``superseded`` where it was given up, else as the gateway put
    it."""


class AttemptsQuery(BaseModel):
    model_config = ConfigDict(use_attribute_docstrings=True)

    invoice_id: UUID
    """The invoice that they were to pay."""
    cursor: Cursor = None
    limit: Limit = 50


class AttemptRead(Read):
    """An attempt to pay an invoice, for those who may see what it costs."""

    id: UUID
    invoice_id: UUID
    state: str
    """As of a payment."""
    amount_minor: int
    currency: str
    method: PaymentMethod | None
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
