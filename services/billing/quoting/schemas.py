from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, Field

from services.billing.plans.schemas import MOST_MONTHS, FieldPrices, Price
from services.billing.quotes.schemas import Configuration, IntervalRead, Quantity, QuoteRead, QuoteSummaryRead, readable
from shared.schemas import Body, Name, Read

MOST_LINES = 20


class LineWrite(Body):
    """A product in a configuration, at a price that is agreed. All that is not said here is as in a plan of the
    catalogue."""

    plan_version_id: UUID
    """A version of a plan of the catalogue, in the quote's currency: it says the product, the interval, when a period
    is billed, and for which configurations it is."""
    configuration: Configuration
    """Provisioning checks it: `POST /api/provisioning/order-checks/of-customers/{workspace_id}`."""
    quantity: Quantity = 1
    display_name: Name
    """The name of the service."""
    recurring_minor: Price
    """The price of one per interval, without what is charged for its configuration."""
    one_off_minor: Price = 0
    """The price of one, once."""
    field_prices: FieldPrices | None = None
    """What is charged for the configuration per interval besides, as of a plan. Left out: what the plan charges."""
    term_months: Annotated[int, Field(ge=0, le=MOST_MONTHS)] | None = None
    """The minimum term; 0: none. Left out: the plan's."""


class DraftWrite(Body):
    version: Annotated[int, Field(ge=0)]
    """The draft that was seen; 0: none yet. Rejected when somebody has changed it meanwhile."""
    lines: Annotated[list[LineWrite], Field(max_length=MOST_LINES)]
    valid_until: date | None = None
    """The last day of the offer. It can still be left out; an offer needs it."""
    terms: Annotated[str, Field(max_length=4000), AfterValidator(readable)] = ""
    """What is added to the offer, in plain text."""


class OfferCreate(Body):
    draft_version: Annotated[int, Field(ge=1)]
    """The draft that was seen. Rejected when somebody has changed it meanwhile."""


class QuoteBegin(Body):
    bill_group_id: UUID | None = None
    """The bill group that would pay. Defaults to the customer's default one."""


class QuoteWithdrawal(Body):
    reason: Annotated[str, Field(max_length=500), AfterValidator(readable)] = ""
    """Why, for the customer."""


class DraftLineRead(Read):
    plan_version_id: UUID
    configuration: dict[str, Any]
    quantity: int
    display_name: str
    recurring_minor: int
    one_off_minor: int
    field_prices: dict[str, int] | None
    term_months: int | None


class DraftRead(Read):
    """What the next offer will say. The customer does not see it."""

    version: int
    lines: list[DraftLineRead]
    valid_until: date | None
    terms: str


class DraftTotalsRead(Read):
    """What the draft would come to, were it offered now. Amounts are whole minor units of the quote's currency."""

    once_net_minor: int
    once_tax_minor: int
    recurring: list[IntervalRead]
    """By interval, the shortest first."""
    gross_minor: int
    """What is paid once, and for one interval of each line, with tax."""


class NoteRead(Read):
    """A note of the seller's people among themselves. The customer does not see it."""

    id: UUID
    written_by_address: str | None
    written_at: datetime
    body: str


class ListedQuoteRead(QuoteSummaryRead):
    workspace_id: UUID
    customer_name: str | None
    """Null while it is not known yet."""


class SellersQuoteRead(QuoteRead):
    """A quote of any customer, with what only the seller sees."""

    workspace_id: UUID
    customer_name: str | None
    draft: DraftRead | None
    draft_totals: DraftTotalsRead | None
    """Null without a draft that has lines."""
    notes: list[NoteRead]
    """The oldest first."""
