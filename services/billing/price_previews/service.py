"""What an order would cost, rounded as the lines of invoices are."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson

from services.billing.money import Money
from services.billing.prices import price_of_all, price_of_one, priced_fields
from shared.errors import NotFound
from shared.reads import ScopedReads

PRICES = """
SELECT v.currency, v.recurring_minor, v.one_off_minor, v.field_prices, v.interval_months, v.billed, v.term_months,
       v.at_term_end
FROM plan_versions v JOIN plans p ON p.id = v.plan_id WHERE v.id = $1 AND (p.offered_to IS NULL OR p.offered_to = $2)
"""


async def preview_price(
    read: ScopedReads, plan_version_id: UUID, *, quantity: int, numbers: Mapping[str, int], tax_percent: Decimal
) -> dict[str, Any]:
    """The amounts in the shape of `PricePreviewRead`. Raises `NotFound`."""
    plan = await read.fetchrow(PRICES, plan_version_id, read.access.workspace_id)
    if plan is None:
        raise NotFound(f"There is no plan version {plan_version_id}.")
    one = price_of_one(plan["recurring_minor"], priced_fields(orjson.loads(plan["field_prices"]), numbers))
    return {
        "plan_version_id": str(plan_version_id),
        "quantity": quantity,
        "currency": plan["currency"],
        "interval_months": plan["interval_months"],
        "billed": plan["billed"],
        "term_months": plan["term_months"],
        "at_term_end": plan["at_term_end"],
        "recurring": price_of(price_of_all(one, quantity, plan["currency"]), tax_percent),
        "once": price_of(price_of_all(plan["one_off_minor"], quantity, plan["currency"]), tax_percent),
    }


def price_of(net: Money, tax_percent: Decimal) -> dict[str, Any]:
    """An amount with its tax, in the shape of `PriceRead` (D20)."""
    tax = net.percent(tax_percent)
    taxes = [{"tax_percent": str(tax_percent), "tax_minor": tax.minor}]
    return {"net_minor": net.minor, "taxes": taxes, "gross_minor": (net + tax).minor}
