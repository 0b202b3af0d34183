"""The port to whoever takes the money. Card numbers never come here: people pay on the gateway's own page."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from shared.errors import Problem


@dataclass(frozen=True, slots=True)
class Checkout:
    """What the gateway is asked to collect."""

    payment_id: UUID
    workspace_id: UUID
    invoice_number: str
    amount_minor: int
    currency: str
    return_url: str
    expires_at: datetime


class GatewayEvent(BaseModel):
    """What the gateway tells afterwards, as often as it likes. ``event_id`` is the same each time."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    event_id: UUID
    outcome: Literal["succeeded", "failed"]
    payment_id: UUID
    workspace_id: UUID
    amount_minor: int
    currency: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Signed:
    """A gateway event whose signature holds, and when it was signed."""

    event: GatewayEvent
    signed_at: datetime


class GatewayEventRefused(Problem):
    """A payment callback is not signed by the gateway, is too old, was sent before, or fits no payment. Nothing was
    changed."""

    status = 400
    title = "Payment callback refused"


class PaymentGateway(Protocol):
    """What an adapter of a payment service provider does. Nothing here talks to the outside: it runs inside
    transactions. A provider whose pages are opened by a call gets a link of the adapter's own, which makes the call
    when the person follows it."""

    def page_url(self, checkout: Checkout) -> str:
        """Where the person pays."""

    def read_event(self, body: bytes, signature: str, *, now: datetime) -> Signed:
        """The event in a callback's body, or `GatewayEventRefused`. ``now`` is real time."""
