from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.billing.money import Currency
from shared.schemas import Body, Name, Read

Price = Annotated[int, Field(ge=0, le=1_000_000_000_000)]


class PlanCreate(Body):
    product_id: UUID
    display_name: Name
    currency: Currency
    recurring_minor: Price
    one_off_minor: Price = 0
    interval_months: Annotated[int, Field(ge=1, le=120)] = 1


class PlanRead(Read):
    """A plan at its newest prices. Orders reference ``plan_version_id``."""

    id: UUID
    plan_version_id: UUID
    version: int
    product_id: UUID
    display_name: str
    currency: str
    recurring_minor: int
    one_off_minor: int
    interval_months: int
