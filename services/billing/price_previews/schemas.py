from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import PlainSerializer

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
    recurring: PriceRead
    """For each whole interval. The first invoice may be for a part of one, and says so."""
    once: PriceRead
    """Once, with the first invoice."""
