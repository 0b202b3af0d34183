from datetime import date
from uuid import UUID

from services.billing.bill_groups.schemas import BillGroupRead, TermsDays
from services.billing.money import Currency
from shared.schemas import Body, Name


class BillGroupCreate(Body):
    display_name: Name
    currency: Currency
    """ISO 4217 code. It never changes."""
    terms_days: TermsDays | None = None
    """Days from an invoice's issue to its due date. Left out: the installation's default."""


class CustomerGroupRead(BillGroupRead):
    """A bill group of a customer, as its seller sees it."""

    anchor_on: date | None
    """The day when billing first started. Its day of the month is the group's billing date."""
    portal_on: bool
    paying_on: bool
    """The group's own switch, whether or not this installation takes online payments."""
    locations_see_invoices: bool
    """Whether the people of its locations see and pay its invoices."""
    has_contract: bool
    """Whether it has a subscription that has not ended."""
    owes: bool
    """Whether an invoice of it is not paid."""


class SubscriptionMove(Body):
    bill_group_id: UUID
    """An open bill group of the same customer and currency, which pays from the next billing date on."""
