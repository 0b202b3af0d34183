"""Billing: what an order, a change or an end of a subscription would mean. Amounts are whole minor units (D20),
without tax unless they say so."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from services.portal.clients.exports import Exporting
from services.portal.clients.http import Answer

AtTermEnd = Literal["renew", "continue", "end"]
"""Another term, no term any more, or the subscription ends."""


Billed = Literal["in_advance", "in_arrears"]
"""When a period is billed: on the billing date on which it begins, or on the one on which it ends."""


class Tax(Answer):
    tax_percent: str
    tax_minor: int

    @property
    def rate(self) -> Decimal:
        return Decimal(self.tax_percent)


class Price(Answer):
    net_minor: int
    taxes: list[Tax]
    gross_minor: int


class PricePreview(Answer):
    """What a quantity would cost."""

    quantity: int
    currency: str
    interval_months: int
    billed: Billed
    term_months: int
    at_term_end: AtTermEnd
    recurring: Price
    once: Price


class Priced(Answer):
    """A whole number of a configuration that is charged for."""

    number: int
    minor: int
    """The price of one, per interval."""


class ChangePreview(Answer):
    """What a change would mean, if it were made today."""

    subscription_id: UUID
    currency: str
    changes_on: date
    now_minor: int
    """To pay at once: always 0, as changes are on the next invoice."""
    credit_minor: int
    """Given back for days that are paid and not used."""
    charges_minor: int
    """Still to pay at the former price, on the next invoice."""
    recurring_before_minor: int
    """For the whole quantity per interval."""
    interval_months_before: int
    billed_before: Billed
    recurring_after_minor: int
    interval_months_after: int
    billed_after: Billed
    next_billing_on: date | None
    next_total_minor: int | None
    """Of the next invoice, with tax. None: there is none, or it cannot be estimated."""
    term_ends_on: date | None
    term_months: int
    at_term_end: AtTermEnd


class End(Answer):
    """One way to end."""

    ends_on: date
    """The first day that is not billed any more."""
    kept_minor: int
    """Paid for later days, and not given back."""
    charges_minor: int
    """Still to pay for the days before."""
    leaving_minor: int
    """What leaving before the end of the minimum term costs."""


class EndPreview(Answer):
    """What ending would mean, if it were cancelled today."""

    subscription_id: UUID
    currency: str
    term_ends_on: date | None
    now: End
    period_end: End


class Term(Answer):
    """The minimum term of a subscription."""

    term_ends_on: date | None


NAME = re.compile(r"[A-Za-z0-9_.-]{1,64}")
MOST_OF_A_FIELD = 10_000_000
"""Of a number that a plan charges for. An order with more is refused."""


def numbers_in(configuration: Mapping[str, Any]) -> list[str]:
    """The whole numbers of a configuration that a plan can charge for, as the previews of prices take them."""
    found = [(name, value) for name, value in configuration.items() if NAME.fullmatch(name) and type(value) is int]
    return [f"{name}:{value}" for name, value in found if 0 <= value <= MOST_OF_A_FIELD]


@dataclass(frozen=True)
class Subscribing(Exporting):
    async def price_preview(
        self, plan_version_id: UUID, *, quantity: int, configuration: dict[str, Any]
    ) -> PricePreview:
        """What this many of a configuration would cost."""
        query = {"plan_version_id": plan_version_id, "quantity": quantity, "number": numbers_in(configuration)}
        return await self.api.get("/price-previews", PricePreview, **query)

    async def change_preview(
        self, service_id: UUID, *, plan_version_id: UUID, quantity: int, configuration: dict[str, Any]
    ) -> ChangePreview:
        """Refused for a plan of another product or currency, and where nothing is billed any more."""
        query = {"service_id": service_id, "plan_version_id": plan_version_id, "quantity": quantity}
        query |= {"number": numbers_in(configuration)}
        return await self.api.get("/subscription-previews/change", ChangePreview, **query)

    async def end_preview(self, service_id: UUID) -> EndPreview:
        return await self.api.get("/subscription-previews/end", EndPreview, service_id=service_id)

    async def renew_subscription(self, subscription_id: UUID, shown: date | None, key: str) -> Term:
        """By one more term than the one that was ``shown``."""
        body = {"term_ends_on": shown and shown.isoformat()}
        return await self.api.post(f"/subscriptions/{subscription_id}/renew", Term, body, key=key)

    async def extend_subscription(self, subscription_id: UUID, shown: date | None, months: int, key: str) -> Term:
        body = {"term_ends_on": shown and shown.isoformat(), "months": months}
        return await self.api.post(f"/subscriptions/{subscription_id}/extend", Term, body, key=key)

    async def choose_term_end(self, subscription_id: UUID, at_term_end: Literal["renew", "end"]) -> Term:
        return await self.api.put(f"/subscriptions/{subscription_id}/at-term-end", Term, {"at_term_end": at_term_end})
