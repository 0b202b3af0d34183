from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.billing.bill_groups.schemas import BillGroupRead
from services.billing.money import Currency
from shared.schemas import Body, Name

TermsDays = Annotated[int, Field(ge=0, le=365)]


class BillGroupCreate(Body):
    display_name: Name
    currency: Currency
    """ISO 4217 code. It never changes."""
    terms_days: TermsDays | None = None
    """Days from an invoice's issue to its due date. Left out: the installation's default."""


class BillGroupChange(Body):
    """What is left out stays as it is."""

    display_name: Name | None = None
    terms_days: TermsDays | None = None
    is_default: Annotated[bool, Field(json_schema_extra={"const": True})] | None = None
    """True: it takes what names no bill group from now on, instead of the former default."""
    is_closed: bool | None = None
    """Whether it takes no more subscriptions."""
    portal_on: bool | None = None
    """Whether the people whom its access rules admit may open its portal."""
    paying_on: bool | None = None
    """Whether its invoices can be paid online."""


class CustomerGroupRead(BillGroupRead):
    """A bill group of a customer, as its seller sees it."""

    anchor_on: date | None
    """The day when billing first started. Its day of the month is the group's billing date."""
    portal_on: bool
    paying_on: bool
    """The group's own switch, whether or not this installation takes online payments."""
    has_contract: bool
    """Whether it has a subscription that has not ended."""
    owes: bool
    """Whether an invoice of it is not paid."""


class SubscriptionMove(Body):
    bill_group_id: UUID
    """An open bill group of the same customer and currency, which pays from the next billing date on."""
