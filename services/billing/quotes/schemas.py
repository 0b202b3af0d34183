import json
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, Field, PlainSerializer
from pydantic_core import PydanticCustomError

from services.billing.amounts import Billed
from services.billing.plans.schemas import AtTermEnd
from services.billing.quotes.models import QuoteState
from shared.schemas import Body, Line, Name, Read

LARGEST_CONFIGURATION = 32_768


def _small(configuration: dict[str, Any]) -> dict[str, Any]:
    if len(json.dumps(configuration)) > LARGEST_CONFIGURATION:
        limit = {"max_length": LARGEST_CONFIGURATION}
        raise PydanticCustomError("too_long", "must be at most {max_length} characters of JSON", limit)
    return configuration


def readable(text: str) -> str:
    """Several lines of text, without other characters that are not drawn."""
    if any(not (each.isprintable() or each in "\n\r\t\u200c\u200d") for each in text):
        raise PydanticCustomError("notreadable", "must be printable text")
    return text.replace("\r\n", "\n").replace("\r", "\n")


Configuration = Annotated[dict[str, Any], AfterValidator(_small)]
Quantity = Annotated[int, Field(ge=1, le=1000)]
Words = Annotated[str, Field(min_length=1, max_length=2000), AfterValidator(readable)]
"""Several lines of plain text."""
Reason = Annotated[str, Field(min_length=1, max_length=500), AfterValidator(readable)]
Document = Literal["printing", "ready", "failed"]


class Wished(Body):
    """What was configured in the form of an order when the quote was asked for."""

    plan_version_id: UUID
    configuration: Configuration
    quantity: Quantity = 1


class QuoteCreate(Body):
    wish: Words
    """What is wanted, in one's own words."""
    wished: Wished | None = None
    """What was configured already, for the seller to begin with. Nothing of it is checked or ordered."""
    bill_group_id: UUID | None = None
    """The bill group that would pay. Defaults to the workspace's default one."""


class QuoteAcceptance(Body):
    offer_version: Annotated[int, Field(ge=1)]
    """The offer that was seen. Rejected when there is a newer one."""
    name: Name
    """The name of who accepts."""
    po_number: Annotated[Line, Field(max_length=60)] = ""
    """The buyer's own reference."""


class QuoteRefusal(Body):
    offer_version: Annotated[int, Field(ge=1)]
    """The offer that was seen. Rejected when there is a newer one."""
    reason: Reason
    """Why, for the seller."""


class MessageCreate(Body):
    body: Words


class WishedRead(Read):
    plan_version_id: UUID
    configuration: dict[str, Any]
    quantity: int


class MessageRead(Read):
    id: UUID
    from_seller: bool
    """Whether the seller wrote it, or the customer."""
    written_by_address: str | None
    written_at: datetime
    body: str


class IntervalRead(Read):
    """What all lines with this interval cost for each of it."""

    interval_months: int
    net_minor: int
    tax_minor: int


class LineRead(Read):
    """A product in a configuration, at the price that is offered. Amounts are without tax, unless they are one."""

    id: UUID
    position: int
    product_id: UUID
    plan_version_id: UUID
    """The prices: a plan of this customer alone."""
    display_name: str
    configuration: dict[str, Any]
    quantity: int
    interval_months: int
    billed: Billed
    """When a period is billed: ``in_advance`` on the billing date on which it begins, ``in_arrears`` on the one on
    which it ends."""
    term_months: int
    """The minimum term; 0: it runs until it is cancelled."""
    at_term_end: AtTermEnd
    """What happens at the end of the term: ``renew`` for another one, ``continue`` without one, or ``end``."""
    unit_minor: int
    """The price of one per interval."""
    once_unit_minor: int
    """The price of one, once."""
    net_minor: int
    """Of the whole quantity, per interval."""
    tax_minor: int
    once_net_minor: int
    once_tax_minor: int
    order_id: UUID | None
    """The order that was placed for it."""


class OfferRead(Read):
    """One version of a quote as it was offered, which never changes. Amounts are whole minor units of ``currency``."""

    version: int
    number: str
    """Of its document."""
    state: Literal["open", "accepted", "declined", "expired", "superseded", "withdrawn"]
    currency: str
    tax_percent: Annotated[Decimal, PlainSerializer(str)]
    once_net_minor: int
    once_tax_minor: int
    recurring: list[IntervalRead]
    """By interval, the shortest first."""
    gross_minor: int
    """What is paid once, and for one interval of each line, with tax."""
    valid_until: date
    """The last day on which it can be accepted."""
    terms: str
    """What the seller adds."""
    offered_at: datetime
    document: Document
    """``printing``: the PDF is there within seconds. ``failed``: it could not be made."""
    lines: list[LineRead]


class AcceptanceRead(Read):
    name: str
    """The name that was typed to accept."""
    address: str | None
    """Of the person who did."""
    po_number: str
    at: datetime
    sha256: str | None
    """Of the PDF that was accepted. Null only where it could not be printed."""


class QuoteSummaryRead(Read):
    """A quote in a list. What is null is known when something is offered."""

    id: UUID
    number: str
    state: QuoteState
    bill_group_id: UUID
    wish: str
    """The beginning of what is wanted."""
    requested_by_address: str | None
    """Null: the seller began it."""
    requested_at: datetime
    valid_until: date | None
    currency: str
    gross_minor: int | None
    """What is paid once, and for one interval of each line, with tax."""


class QuoteRead(Read):
    """A quote, with the newest offer and all messages."""

    id: UUID
    number: str
    state: QuoteState
    bill_group_id: UUID
    currency: str
    wish: str
    """What is wanted, in the words of who asked. Empty where the seller began it."""
    wished: WishedRead | None
    """What was configured when it was asked for."""
    requested_by_address: str | None
    requested_at: datetime
    offer: OfferRead | None
    """The newest offer, also one that ended."""
    acceptance: AcceptanceRead | None
    reason: str | None
    """Why it was declined or withdrawn."""
    ended_at: datetime | None
    order_failure: str | None
    """Names the problem for which an accepted quote could not be ordered yet. The seller can try again. Null
    otherwise."""
    messages: list[MessageRead]
    """The oldest first."""
