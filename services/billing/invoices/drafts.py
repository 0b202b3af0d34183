"""Drafts of invoices: what the next invoice of a bill group says, before it has a number. Nothing here reads or writes
the database, so that a run, its preview and an estimate come to the same amounts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from services.billing.amounts import ONE_DAY, Due, Price, due_amounts
from services.billing.invoices.parties import Seller
from shared.language import Localisation, gettext, localised_for
from shared.origin import Origin


@dataclass(slots=True)
class DueSubscription:
    """A subscription that is billed on a date of its group."""

    id: UUID
    workspace_id: UUID
    bill_group_id: UUID
    service_id: UUID
    service_kind: str
    description: str
    product_name: str
    price: Price
    unbilled_from: date
    new: bool
    """Whether nothing of it was billed yet."""
    billed_to: date | None
    """The last day that an invoice has of it; None: no invoice has any."""
    origin: Origin


@dataclass(slots=True)
class DueGroup:
    """A bill group on a date on which it is billed."""

    id: UUID
    workspace_id: UUID
    currency: str
    terms_days: int
    anchor_on: date
    billing_on: date
    buyer: dict[str, Any]
    """As it is on the invoice, with the language of its workspace."""


@dataclass(slots=True)
class DraftLine:
    """A position of a draft. Fields are named like the columns of `InvoiceLine`."""

    position: int
    kind: str
    subscription_id: UUID
    service_id: UUID
    service_kind: str
    description: str
    product_name: str
    period_from: date
    period_to: date
    quantity: int
    currency: str
    interval_months: int | None
    days: int | None
    whole_days: int | None
    unit_minor: int
    net_minor: int
    tax_percent: Decimal
    tax_minor: int


@dataclass(slots=True)
class Draft:
    """An invoice that is not issued yet. Fields are named like the columns of `Invoice`."""

    id: UUID
    workspace_id: UUID
    bill_group_id: UUID
    currency: str
    net_minor: int
    tax_minor: int
    total_minor: int
    seller: dict[str, Any]
    buyer: dict[str, Any]
    lines: list[DraftLine]
    number: str | None = None
    issued_on: date | None = None
    issued_at: datetime | None = None
    due_on: date | None = None


@dataclass(slots=True)
class Billed:
    """What a billing date does to a group: its draft, and how far each subscription is billed then."""

    group: DueGroup
    due: Sequence[DueSubscription]
    draft: Draft | None
    """None where there is nothing to pay."""
    unbilled_from: list[date]
    """Of each subscription of ``due``."""

    @property
    def origin(self) -> Origin | None:
        """Of the oldest order."""
        return self.due[0].origin if self.due else None


def bill(group: DueGroup, due: Sequence[DueSubscription], seller: Seller) -> Billed:
    """Draft the invoice of a group on its billing date. ``due`` is sorted as its lines are to be."""
    lines: list[DraftLine] = []
    unbilled = []
    with localised_for(Localisation(group.buyer["locale"])):
        for each in due:
            amounts, first = due_amounts(
                each.price, each.unbilled_from, group.anchor_on, group.billing_on, seller.tax_percent, new=each.new
            )
            lines += [_line(len(lines) + n, each, amount, seller) for n, amount in enumerate(amounts, start=1)]
            unbilled.append(first)
    return Billed(group, due, _draft(group, lines, seller) if lines else None, unbilled)


def _draft(group: DueGroup, lines: list[DraftLine], seller: Seller) -> Draft:
    """Its total is the sum of its lines' net and tax amounts (D20)."""
    net, tax = sum(line.net_minor for line in lines), sum(line.tax_minor for line in lines)
    return Draft(
        uuid4(), group.workspace_id, group.id, group.currency, net, tax, net + tax, seller.details, group.buyer, lines
    )


def _line(position: int, of: DueSubscription, due: Due, seller: Seller) -> DraftLine:
    once, name, price, period = due.kind == "one_off", of.description, of.price, due.period
    return DraftLine(
        position=position,
        kind=due.kind,
        subscription_id=of.id,
        service_id=of.service_id,
        service_kind=of.service_kind,
        description=_set_up(name) if once else name,
        product_name=of.product_name if of.product_name != name else "",
        period_from=period.first,
        period_to=period.end - ONE_DAY,
        quantity=price.quantity,
        currency=price.currency,
        interval_months=None if once else price.interval_months,
        days=None if once else period.days,
        whole_days=None if once else period.whole_days,
        unit_minor=price.one_off_minor if once else price.recurring_minor,
        net_minor=due.net_minor,
        tax_percent=seller.tax_percent,
        tax_minor=due.tax_minor,
    )


def _set_up(description: str) -> str:
    return gettext("%(description)s, set-up", description=description)
