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
from services.billing.money import Money
from shared.language import Localisation, gettext, localised_for
from shared.origin import Origin


@dataclass(slots=True)
class DueSubscription:
    """A subscription that has unbilled days on a billing date of its group."""

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
    """Whether what is paid once was not billed yet."""
    billed_to: date | None
    """The last day that an invoice has of it at its terms; None: no invoice has any."""
    terms: int
    ends_on: date | None
    """The first day that is not billed any more; None: it goes on."""
    origin: Origin


@dataclass(slots=True)
class DuePending:
    """What waits for the next invoice of its group. Fields are named like the columns of `PendingLine`, and of its
    subscription."""

    id: UUID
    subscription_id: UUID
    service_id: UUID
    service_kind: str
    description: str
    product_name: str
    kind: str
    terms: int
    period_from: date
    period_to: date
    interval_months: int | None
    days: int | None
    whole_days: int | None
    quantity: int
    currency: str
    unit_minor: int
    left_minor: int
    """Below zero: a credit."""


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
    terms: int
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
    pending_line_id: UUID | None = None


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
    def taken(self) -> list[tuple[UUID, int]]:
        """What waited and is on the draft, with how much of it."""
        lines = self.draft.lines if self.draft else []
        return [(line.pending_line_id, line.net_minor) for line in lines if line.pending_line_id]

    @property
    def origin(self) -> Origin | None:
        """Of the oldest order."""
        return self.due[0].origin if self.due else None


def bill(group: DueGroup, due: Sequence[DueSubscription], seller: Seller, pending: Sequence[DuePending] = ()) -> Billed:
    """Draft the invoice of a group on its billing date. ``due`` and ``pending`` are sorted as its lines are to be. Of
    ``due``, those are left out whose period has begun and is billed when it ends.

    Credits are used up to what makes the total zero; what is left of them waits for the next invoice."""
    lines: list[DraftLine] = []
    billed, unbilled = list[DueSubscription](), list[date]()
    with localised_for(Localisation(group.buyer["locale"])):
        for each in due:
            amounts, first = due_amounts(
                each.price, each.unbilled_from, group.anchor_on, group.billing_on, seller.tax_percent, new=each.new,
                ends_on=each.ends_on,
            )  # fmt: skip
            lines += [_line(len(lines) + n, each, amount, seller) for n, amount in enumerate(amounts, start=1)]
            if amounts or first != each.unbilled_from:
                billed.append(each)
                unbilled.append(first)
        for charge in (each for each in pending if each.left_minor > 0):
            lines.append(_waiting(len(lines) + 1, charge, charge.left_minor, seller))
        for credit in (each for each in pending if each.left_minor < 0):
            if used := _usable(-credit.left_minor, lines, seller.tax_percent):
                lines.append(_waiting(len(lines) + 1, credit, -used, seller))
    return Billed(group, billed, _draft(group, lines, seller) if lines else None, unbilled)


def _usable(most: int, lines: Sequence[DraftLine], tax_percent: Decimal) -> int:
    """How much of a credit leaves neither net nor total below zero, with its tax rounded once."""
    net, tax = sum(line.net_minor for line in lines), sum(line.tax_minor for line in lines)

    def fits(minor: int) -> bool:
        return minor + Money(minor, "").percent(tax_percent).minor <= net + tax

    used = max(min(most, net), 0)
    if not fits(used):
        used = int((net + tax) * 100 / (100 + tax_percent))
        while not fits(used):
            used -= 1
        while used < min(most, net) and fits(used + 1):
            used += 1
    return used


def _waiting(position: int, of: DuePending, net_minor: int, seller: Seller) -> DraftLine:
    """A line of what waited. Of a credit that is used in part, the days are those of the whole."""
    names = ("kind", "subscription_id", "terms", "service_id", "service_kind", "period_from", "period_to", "quantity",
             "currency", "interval_months", "days", "whole_days", "unit_minor")  # fmt: skip
    tax = Money(net_minor, of.currency).percent(seller.tax_percent)
    return DraftLine(
        position=position,
        description=named(of.description, of.kind),
        product_name=of.product_name if of.product_name != of.description else "",
        net_minor=net_minor,
        tax_percent=seller.tax_percent,
        tax_minor=tax.minor,
        pending_line_id=of.id,
        **{name: getattr(of, name) for name in names},
    )


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
        terms=of.terms,
        service_id=of.service_id,
        service_kind=of.service_kind,
        description=named(name, due.kind),
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


def named(description: str, kind: str) -> str:
    """What a line of this kind is called."""
    match kind:
        case "one_off":
            return gettext("%(description)s, set-up", description=description)
        case "unused":
            return gettext("%(description)s, credit for unused days", description=description)
        case "leaving":
            return gettext("%(description)s, rest of the minimum term", description=description)
        case _:
            return description
