from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import Field, PlainSerializer, StringConstraints

from services.billing.amounts import Billed
from services.billing.plans.schemas import FIELD, AtTermEnd
from shared.schemas import Read

Numbers = Annotated[
    Sequence[Annotated[str, StringConstraints(pattern=f"^{FIELD}:[0-9]{{1,8}}$")]], Field(max_length=200)
]
"""The whole numbers of a configuration, as queries have them: ``cpu:4``."""
SAYS_NUMBERS = "a whole number of the configuration, such as ``cpu:4``; may be repeated"


def numbers_of(given: Numbers) -> dict[str, int]:
    """By field. Of one that is given twice, the last number counts."""
    return {name: int(number) for name, _, number in (each.partition(":") for each in given)}


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
