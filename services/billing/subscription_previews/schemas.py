from datetime import date
from uuid import UUID

from services.billing.amounts import Billed
from services.billing.plans.schemas import AtTermEnd
from shared.schemas import Read


class ChangePreviewRead(Read):
    """What a change of a subscription would mean, if it were made today. Amounts are whole minor units of
    ``currency``, without tax unless they say so."""

    subscription_id: UUID
    service_id: UUID
    plan_version_id: UUID
    quantity: int
    currency: str
    changes_on: date
    """The first day at the new price."""
    now_minor: int
    """What is to pay at once: always 0, because changes are on the next invoice."""
    credit_minor: int
    """What the next invoices give back for days that are paid and not used: of what is billed in arrears, 0."""
    charges_minor: int
    """What is still to pay at the former price, on the next invoice."""
    recurring_before_minor: int
    """For the whole quantity per interval of ``interval_months_before``."""
    interval_months_before: int
    billed_before: Billed
    """When a period is billed until then: ``in_advance`` on the billing date on which it begins, ``in_arrears`` on the
    one on which it ends."""
    recurring_after_minor: int
    interval_months_after: int
    billed_after: Billed
    """And from then on."""
    next_billing_on: date | None
    """When the next invoice is issued. Null while nothing is billed."""
    next_total_minor: int | None
    """What the next invoice of its bill group comes to then, with tax. Null while there is none, and where it cannot be
    estimated."""
    term_ends_on: date | None
    """The day after the last one of its minimum term then. Null: it has none, or its billing has not started."""
    term_months: int
    """The months of its minimum term then; 0: it runs until it is cancelled."""
    at_term_end: AtTermEnd


class EndRead(Read):
    """One way to end. Amounts are without tax."""

    ends_on: date
    """The first day that is not billed any more."""
    kept_minor: int
    """What is paid for later days and is not given back."""
    charges_minor: int
    """What is still to pay for the days before, on the invoices until then or the next one after it."""
    leaving_minor: int
    """What leaving before the end of the minimum term costs, on the next invoice."""


class EndPreviewRead(Read):
    """What ending a subscription would mean, if it were cancelled today, now or for the end of its period. Amounts are
    whole minor units of ``currency``."""

    subscription_id: UUID
    service_id: UUID
    currency: str
    term_ends_on: date | None
    """The day after the last one of its minimum term. Null: it has none."""
    now: EndRead
    period_end: EndRead
