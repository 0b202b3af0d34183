"""Quotes: prices that customers ask for, from the wish to the orders. All belong to the customer's workspace, unless
they say otherwise."""

from datetime import date
from typing import Any, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from shared.events.base import Fact
from shared.events.billing.base import BillingEvent


class QuoteEvent(BillingEvent):
    subject_field: ClassVar[str] = "quote_id"
    quote_id: UUID
    """The quote."""
    number: str
    """Its number, for people."""
    bill_group_id: UUID
    """The bill group that would pay."""
    requested_by: UUID | None
    """The person who asked for it. Null: the provider's staff began it."""


class QuoteRequested(QuoteEvent):
    """A customer asks for a quote, or the provider's staff begin one for it. Notifies the provider's staff of what a
    customer asks for."""  # (I7)

    subject_type: ClassVar[str] = "quote"
    by_seller: bool
    """Whether staff began it."""


class QuoteDrafted(QuoteEvent):
    """The provider's staff changed what the next offer of a quote will say."""

    subject_type: ClassVar[str] = "quote"
    lines: int
    """How many lines it has."""


class QuoteOffered(QuoteEvent):
    """The provider's staff offered a quote, in a new version, which never changes. Notifies whoever asked, and the
    admins."""

    subject_type: ClassVar[str] = "quote"
    offer_version: int
    """The number of the offer within its quote."""
    valid_until: date
    """The last day on which it can be accepted, where the selling entity is."""


class QuoteRevised(QuoteEvent):
    """The provider's staff take a quote up again. The former offer is superseded, and cannot be accepted any more."""

    subject_type: ClassVar[str] = "quote"
    offer_version: int
    """The number of the former offer."""


class QuoteExpiring(QuoteEvent):
    """An offer ends in a week. Notifies whoever asked, and the admins. Once per offer that is valid for longer."""

    subject_type: ClassVar[str] = "quote"
    offer_version: int
    """The number of the offer within its quote."""
    valid_until: date
    """The last day on which it can be accepted, where the selling entity is."""


class QuoteExpired(QuoteEvent):
    """The last day of an offer is over. It cannot be accepted any more."""

    subject_type: ClassVar[str] = "quote"
    offer_version: int
    """The number of the offer within its quote."""
    valid_until: date
    """Its last day."""


class QuotedLine(Fact):
    """What is ordered of an accepted quote."""

    line_id: UUID
    """The line. One order is placed for it, however often the event arrives."""
    product_id: UUID
    """The product."""
    plan_version_id: UUID
    """The prices that were offered: a plan of this customer alone."""
    configuration: dict[str, Any]
    """The whole configuration of the product."""
    quantity: int
    """How many of it."""
    display_name: str
    """The name of the service."""


class QuoteToOrder(QuoteEvent):
    offer_version: int
    """The number of the offer that was accepted."""
    lines: tuple[QuotedLine, ...] = Field(min_length=1)
    """What is to be ordered."""
    accepted_by: UUID
    """The person who accepted it, in whose name it is ordered."""


class QuoteAccepted(QuoteToOrder):
    """A customer accepted an offer. Provisioning places its orders. Notifies the provider's staff."""  # (I7)

    subject_type: ClassVar[str] = "quote"
    document_sha256: str | None
    """The SHA-256 of the PDF that was accepted, in hexadecimal digits. Null only where it could not be printed."""


class QuoteOrderRetried(QuoteToOrder):
    """The provider's staff have the orders of an accepted quote placed again, which was not possible before."""

    subject_type: ClassVar[str] = "quote"


class QuoteDeclined(QuoteEvent):
    """A customer declined an offer. Notifies the provider's staff."""

    subject_type: ClassVar[str] = "quote"
    offer_version: int
    """The number of the offer within its quote."""
    reason: str
    """Why, in the words of who declined it."""


class QuoteWithdrawn(QuoteEvent):
    """A quote ended before anybody accepted it: the customer took its wish back, or the provider's staff withdrew what
    they had offered, which notifies whoever asked, and the admins."""

    subject_type: ClassVar[str] = "quote"
    by: Literal["customer", "seller"]
    """Which side withdrew it."""
    reason: str
    """Why, in the words of who did. Empty: not said."""


class QuoteMessageWritten(QuoteEvent):
    """Somebody wrote a message about a quote, which is on its page. Notifies the other side."""

    subject_type: ClassVar[str] = "quote"
    message_id: UUID
    """The message."""
    by: Literal["customer", "seller"]
    """Which side wrote it."""


class QuoteNoteWritten(BillingEvent):
    """One of the provider's staff wrote a note about a quote, for their colleagues. Belongs to the provider's
    workspace."""

    subject_type: ClassVar[str] = "quote"
    subject_field: ClassVar[str] = "quote_id"
    quote_id: UUID
    """The quote."""
    number: str
    """Its number, for people."""
    note_id: UUID
    """The note."""


class QuoteOrdered(QuoteEvent):
    """Everything of an accepted quote is ordered."""

    subject_type: ClassVar[str] = "quote"
    orders: tuple[UUID, ...]
    """The orders, in the order of its lines."""
