"""What callbacks of a gateway say, whichever it is.

``event_id`` is the same each time that the gateway sends the same event. A gateway whose ids are no UUIDs has them
hashed by its adapter (`uuid.uuid5`).
"""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.events.billing import MethodKind, PaymentMethod


class _Event(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)

    event_id: UUID
    workspace_id: UUID
    """The workspace that the payment, refund or method belongs to, as it was named to the gateway."""


class _OfPayment(_Event):
    payment_id: UUID
    amount_minor: int
    """What was in fact taken, returned or disputed, which may be another amount than was asked for."""
    currency: str
    reference: str | None = None
    """The gateway's id of the payment, which refunds need."""
    method: PaymentMethod | None = None
    """How it was paid, if the gateway says so."""


class PaymentProcessing(_OfPayment):
    """The person has paid, and the outcome follows within days, as with a direct debit."""

    told: Literal["payment_processing"] = "payment_processing"


class PaymentReceived(_OfPayment):
    """The money is there. It may come after anything else that was told."""

    told: Literal["payment_succeeded"] = "payment_succeeded"


class PaymentDeclined(_OfPayment):
    """Nothing was taken by this attempt."""

    told: Literal["payment_failed"] = "payment_failed"
    reason: str = ""
    """One of `port.DECLINED`, or a word of the gateway's own."""


class PaymentReturned(_OfPayment):
    """A debit that had succeeded was returned by the bank: the money is gone again."""

    told: Literal["payment_returned"] = "payment_returned"
    reason: str = ""


class DisputeOpened(_OfPayment):
    """The payer disputes a payment at their bank."""

    told: Literal["dispute_opened"] = "dispute_opened"
    reason: str = ""


class DisputeWon(_OfPayment):
    """A dispute ended, and the seller keeps the money."""

    told: Literal["dispute_won"] = "dispute_won"


class DisputeLost(_OfPayment):
    """A dispute ended, and the money is gone."""

    told: Literal["dispute_lost"] = "dispute_lost"


class RefundDone(_OfPayment):
    """A refund reached the gateway's end: the amount was sent back."""

    told: Literal["refund_done"] = "refund_done"
    refund_id: UUID | None = None
    """Null if it was begun in the gateway's own dashboard."""


class RefundFailed(_OfPayment):
    """A refund could not be sent; the money is still the seller's."""

    told: Literal["refund_failed"] = "refund_failed"
    refund_id: UUID | None = None
    reason: str = ""


class _OfMethod(_Event):
    method_id: UUID


class MethodSaved(_OfMethod):
    """A method was saved, or what is known of it changed."""

    told: Literal["method_saved"] = "method_saved"
    reference: Annotated[str, Field(max_length=500)]
    """By which it is charged."""
    kind: MethodKind
    brand: Annotated[str, Field(max_length=40)] = ""
    """The brand of the card, or the name of the bank."""
    last_four: Annotated[str, Field(pattern="^[0-9A-Za-z]{2,4}$")]
    expires_year: Annotated[int, Field(ge=2000, le=2200)] | None = None
    expires_month: Annotated[int, Field(ge=1, le=12)] | None = None
    """The last month in which a card can be used."""
    verified: bool = True
    """False while the account has to be verified, as by small deposits: it cannot be charged yet."""


class MethodRefused(_OfMethod):
    """The method was not saved, or did not pass its verification."""

    told: Literal["method_refused"] = "method_refused"
    reason: str = ""


class MethodExpiring(_OfMethod):
    """The gateway says when the method ends, or that it has ended (``expires`` in the past)."""

    told: Literal["method_expiring"] = "method_expiring"
    expires_year: Annotated[int, Field(ge=2000, le=2200)]
    expires_month: Annotated[int, Field(ge=1, le=12)]


class MethodRemoved(_OfMethod):
    """The method cannot be charged any more: it was removed at the gateway, or its mandate was revoked."""

    told: Literal["method_removed"] = "method_removed"
    reason: str = ""


PaymentTold = PaymentProcessing | PaymentReceived | PaymentDeclined | PaymentReturned
DisputeTold = DisputeOpened | DisputeWon | DisputeLost
RefundTold = RefundDone | RefundFailed
MethodTold = MethodSaved | MethodRefused | MethodExpiring | MethodRemoved
GatewayEvent = Annotated[PaymentTold | DisputeTold | RefundTold | MethodTold, Field(discriminator="told")]
