from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import PlainSerializer

from services.billing.amounts import Billed
from services.billing.plans.schemas import AtTermEnd
from shared.schemas import Read


class TaxRead(Read):
    tax_percent: Annotated[Decimal, PlainSerializer(str)]
    tax_minor: int


class PriceRead(Read):
    """What a line of an invoice would say: an amount, its tax by rate, and their sum."""

    net_minor: int
    taxes: list[TaxRead]
    gross_minor: int


class PricePreviewRead(Read):
    """What a quantity would cost at a plan's prices. Amounts are whole minor units of ``currency``."""

    plan_version_id: UUID
    quantity: int
    currency: str
    interval_months: int
    billed: Billed
    """When a period is billed: ``in_advance`` on the billing date on which it begins, ``in_arrears`` on the one on
    which it ends."""
    term_months: int
    """The minimum term; 0: it runs until it is cancelled."""
    at_term_end: AtTermEnd
    """What happens at the end of the term: ``renew`` for another one, ``continue`` without one, or ``end``."""
    recurring: PriceRead
    """For each whole interval. The first invoice may be for a part of one, and says so."""
    once: PriceRead
    """Once, on the first billing date from the start on."""
