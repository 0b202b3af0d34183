"""What must hold of an invoice before it is issued. A group for which it does not is not billed, but shown to staff."""

from datetime import date
from itertools import pairwise
from typing import Literal, get_args

from services.billing.amounts import ONE_DAY, due_periods
from services.billing.invoices.drafts import Billed, Draft, DraftLine, DueGroup, DueSubscription
from services.billing.money import Money

Reason = Literal["currency", "sums", "periods", "billed_before", "too_much", "failed"]
"""Why a group is not billed: amounts of another currency, sums that do not add up, days that do not follow each other,
days that an invoice has already, more money than an amount can say, or an error that is logged."""
REASONS: tuple[str, ...] = get_args(Reason)
MOST_MINOR = 10**15
"""An invoice of more is an error: PostgreSQL's integers, and those of browsers, are exact up to some times as much."""


def fault_of(billed: Billed) -> Reason | None:
    """The first thing that does not hold; None: the invoice can be issued."""
    draft = billed.draft
    if draft is not None:
        if any(line.currency != draft.currency for line in draft.lines):
            return "currency"
        if not _adds_up(draft):
            return "sums"
        if draft.total_minor > MOST_MINOR:
            return "too_much"
    return _fault_of_periods(billed)


def _adds_up(draft: Draft) -> bool:
    net, tax = sum(line.net_minor for line in draft.lines), sum(line.tax_minor for line in draft.lines)
    taxed = all(
        line.tax_minor == Money(line.net_minor, line.currency).percent(line.tax_percent).minor
        and (line.net_minor < 0 if line.kind == "unused" else line.net_minor > 0)
        for line in draft.lines
    )
    positions = [line.position for line in draft.lines] == list(range(1, len(draft.lines) + 1))
    sums = (draft.net_minor, draft.tax_minor, draft.total_minor) == (net, tax, net + tax)
    return taxed and positions and sums and min(net, net + tax) >= 0


def _fault_of_periods(billed: Billed) -> Reason | None:
    lines: dict[object, list[DraftLine]] = {}
    for line in billed.draft.lines if billed.draft else ():
        if line.kind == "recurring" and line.pending_line_id is None:
            lines.setdefault(line.subscription_id, []).append(line)
    for each, until in zip(billed.due, billed.unbilled_from, strict=True):
        if each.billed_to is not None and each.billed_to >= each.unbilled_from:
            return "billed_before"
        mine = lines.get(each.id, [])
        follow = all(one.period_to + ONE_DAY == other.period_from for one, other in pairwise(mine))
        ends = not mine or (mine[0].period_from >= each.unbilled_from and mine[-1].period_to + ONE_DAY <= until)
        if not (follow and ends) or _has_more(billed.group, each, until):
            return "periods"
    return None


def _has_more(group: DueGroup, of: DueSubscription, until: date) -> bool:
    """Whether a period after those that were drafted is due, too."""
    if until > group.billing_on or until == of.ends_on:
        return False
    return any(due_periods(of.price, until, group.anchor_on, group.billing_on, of.ends_on))
