"""What comes along with an order, and what all of it costs together."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.portal.clients.catalogue import Brought
from services.portal.clients.subscriptions import Price, PricePreview
from services.portal.viewer import Section, Viewer, section


@dataclass(frozen=True, slots=True)
class Along:
    """A product that comes along with an order."""

    name: str
    quantity: int
    plan_version_id: UUID | None
    """None: it has no plan in the currency of the order, so that nothing can be ordered."""
    price: Section[PricePreview] | None
    """None: as the plan."""


@dataclass(frozen=True, slots=True)
class Total:
    """What is paid per interval, or once, with tax."""

    interval_months: int
    """0: once."""
    currency: str
    gross_minor: int


async def read_along(
    viewer: Viewer, brought: Sequence[Brought], currency: str | None, quantity: int, configuration: Mapping[str, Any]
) -> list[Along]:
    """What comes along with ``quantity`` of a product of this ``configuration`` that is paid in ``currency``."""
    return list(await asyncio.gather(*(_along(viewer, each, currency, quantity, configuration) for each in brought)))


async def _along(
    viewer: Viewer, brought: Brought, currency: str | None, quantity: int, configuration: Mapping[str, Any]
) -> Along:
    plan = next((plan for plan in brought.plans if plan.currency == currency), None)
    many = brought.quantity * quantity
    if plan is None or not brought.is_offered:
        return Along(brought.product.display_name, many, None, None)
    read = viewer.services.billing.price_preview
    copied = {name: configuration[source] for name, source in brought.copied.items() if source in configuration}
    gets = brought.configuration | copied
    price = await section(viewer, "money.view", lambda: read(plan.plan_version_id, quantity=many, configuration=gets))
    return Along(brought.product.display_name, many, plan.plan_version_id, price)


def ids_of(along: Sequence[Along]) -> list[UUID]:
    """The plan versions that an order names. Without one that is missing, it is refused."""
    return [each.plan_version_id for each in along if each.plan_version_id]


def totals(price: Section[PricePreview] | None, along: Sequence[Along]) -> list[Total]:
    """The sums per interval and currency of an order with what comes along; empty where nothing does, or a price is not
    known."""
    sections = [price, *(each.price for each in along)]
    found = [each.content for each in sections if each and each.content]
    if not along or len(found) < len(sections):
        return []
    sums: dict[tuple[int, str], int] = {}
    for each in found:
        _add(sums, each.interval_months, each.currency, each.recurring)
        _add(sums, 0, each.currency, each.once)
    recurring = sorted(sums.items(), key=lambda item: (item[0][0] == 0, item[0]))
    return [Total(months, currency, minor) for (months, currency), minor in recurring if minor or months]


def _add(sums: dict[tuple[int, str], int], months: int, currency: str, price: Price) -> None:
    sums[months, currency] = sums.get((months, currency), 0) + price.gross_minor
