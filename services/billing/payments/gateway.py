"""The port to a payment gateway. Card data never reaches Portico: people pay on the gateway's own page."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from shared.errors import Problem
from shared.events.billing import PaymentMethod

Outcome = Literal["processing", "succeeded", "failed"]
DECLINED = (
    "declined",
    "insufficient_funds",
    "card_expired",
    "wrong_details",
    "not_authenticated",
    "limit_exceeded",
    "account_closed",
    "mandate_revoked",
    "cancelled",
)
"""Reasons for which the portal has words. An adapter maps the codes of its gateway to them where it can; the first one
says nothing more than that the payment was declined."""


@dataclass(frozen=True, slots=True)
class Checkout:
    """A payment that the gateway is asked to collect."""

    payment_id: UUID
    workspace_id: UUID
    invoice_number: str
    amount_minor: int
    currency: str
    return_url: str
    expires_at: datetime


class GatewayEvent(BaseModel):
    """What became of a payment, as the gateway reports it. Delivered at least once, always with the same ``event_id``.

    ``processing`` means that the person has paid and that the outcome follows within days, as with a direct debit.
    ``failed`` is final."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    event_id: UUID
    outcome: Outcome
    payment_id: UUID
    workspace_id: UUID
    amount_minor: int
    currency: str
    reason: str = ""
    """Why it failed: one of `DECLINED`, or a word of the gateway's own."""
    method: PaymentMethod | None = None


@dataclass(frozen=True, slots=True)
class SignedEvent:
    """A gateway event with a valid signature, and when it was signed."""

    event: GatewayEvent
    signed_at: datetime


class GatewayEventRefused(Problem):
    """A payment callback has no valid signature, is too old, is a replay, or matches no payment. Nothing was
    changed."""

    status = 400
    title = "Payment callback refused"


class PaymentGateway(Protocol):
    """What the adapter of a payment service provider implements. Its methods run inside transactions and make no
    network calls. Where a provider creates pages by an API call, `page_url` is a link of the adapter's own, and the
    call is made when the person follows it."""

    def page_url(self, checkout: Checkout) -> str:
        """The URL of the page on which the person pays."""

    def read_event(self, body: bytes, signature: str, *, now: datetime) -> SignedEvent:
        """The event of a callback's body. Raises `GatewayEventRefused`. ``now`` is real time."""
