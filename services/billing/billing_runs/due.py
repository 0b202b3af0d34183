"""Reading what is due, for hundreds of groups in a few statements."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import accumulate
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.amounts import Price
from services.billing.bill_groups.dates import BILLABLE, BILLS_UNTIL, NEW
from services.billing.invoices.drafts import DueGroup, DuePending, DueSubscription
from services.billing.invoices.parties import buyer_of
from shared.db import run_sql
from shared.origin import Origin

Row = Mapping[str, Any] | RowMapping
Position = tuple[date, UUID]
"""The keyset position of a run: the billing date and the id of the last group."""
START: Position = (date.min, UUID(int=0))

GROUPS_AT_ONCE = 250
SUBSCRIPTIONS_AT_ONCE = 2_500
"""What a batch holds in memory. A group with more is a batch of its own."""

_NOT_PARKED = "NOT EXISTS (SELECT FROM parked_groups p WHERE p.bill_group_id = g.bill_group_id)"
# The index is walked from the last group on: what a run has billed already lies behind.
_CLAIM = f"""
SELECT g.bill_group_id, g.next_billing_on,
       (SELECT count(*) FROM (SELECT FROM subscriptions s WHERE s.bill_group_id = g.bill_group_id
        AND {BILLABLE} AND s.unbilled_from <= g.next_billing_on LIMIT {SUBSCRIPTIONS_AT_ONCE}) AS due) AS due
FROM bill_groups g WHERE g.next_billing_on <= $1 AND (g.next_billing_on, g.bill_group_id) > ($2, $3) AND {_NOT_PARKED}
ORDER BY g.next_billing_on, g.bill_group_id LIMIT $4 FOR UPDATE OF g SKIP LOCKED
"""  # noqa: S608 - constants
GROUP = """
       g.bill_group_id, g.workspace_id, g.currency, g.terms_days, g.po_number, g.vat_number, g.registration_number,
       w.display_name AS workspace_name, w.account_number, w.locale, c.display_name AS contact_name, c.company,
       c.street, c.postal_code, c.city, c.country"""
"""What `group_of` reads besides the dates, from `OF_GROUP`."""
OF_GROUP = """
FROM bill_groups g JOIN workspace_copies w ON w.id = g.workspace_id
LEFT JOIN bill_group_contacts c ON c.bill_group_id = g.bill_group_id AND c.kind = 'billing'"""
SUBSCRIPTION = f"""
       s.id, s.workspace_id, s.bill_group_id, s.service_id, s.service_kind, s.description, s.product_name, s.currency,
       s.recurring_minor, s.one_off_minor, s.quantity, s.interval_months, s.billed, s.terms,
       {BILLS_UNTIL} AS ends_on,
       (SELECT l.period_to FROM invoice_lines l
        WHERE l.subscription_id = s.id AND l.kind = 'recurring' AND l.terms = s.terms
        ORDER BY l.period_from DESC LIMIT 1) AS billed_to,
       s.correlation_id, s.begun_by, s.begun_by_address, s.begun_via, s.causation_id, s.parent_workspace_id,
       s.traceparent"""  # noqa: S608 - constants
"""What `subscription_of` reads besides `UNBILLED`."""
UNBILLED = f"s.unbilled_from, {NEW} AS new"
"""Of a subscription that is started."""
_PARTIES = f"""
SELECT {GROUP}, g.anchor_on, g.next_billing_on {OF_GROUP}
WHERE g.bill_group_id = ANY ($1::uuid[]) ORDER BY g.next_billing_on, g.bill_group_id
"""
# What is billed in arrears has begun before it is due: whether it is, the arithmetic says.
_SUBSCRIPTIONS = f"""
SELECT {SUBSCRIPTION}, {UNBILLED}
FROM unnest($1::uuid[], $2::date[]) AS g (bill_group_id, billing_on)
JOIN subscriptions s ON s.bill_group_id = g.bill_group_id AND {BILLABLE} AND s.unbilled_from <= g.billing_on
ORDER BY s.ordered_at, s.id FOR UPDATE OF s
"""  # noqa: S608 - constants
PENDING = """
       p.id, p.subscription_id, s.service_id, s.service_kind, s.description, s.product_name, p.kind, p.terms,
       p.period_from, p.period_to, p.interval_months, p.days, p.whole_days, p.quantity, p.currency, p.unit_minor,
       p.left_minor"""
"""What `pending_of` reads."""
PENDING_ORDER = "ORDER BY p.due_on, p.subscription_id, p.terms, p.period_from, p.id"
# What waits is changed only by whoever has locked the group.
_PENDING = f"""
SELECT p.bill_group_id, {PENDING}
FROM unnest($1::uuid[], $2::date[]) AS g (bill_group_id, billing_on)
JOIN pending_lines p ON p.bill_group_id = g.bill_group_id AND p.left_minor <> 0 AND p.due_on <= g.billing_on
JOIN subscriptions s ON s.id = p.subscription_id {PENDING_ORDER}
"""  # noqa: S608 - constants


async def claim_due(
    session: AsyncSession, *, today: date, after: Position, limit: int = GROUPS_AT_ONCE
) -> tuple[list[UUID], Position | None]:
    """Lock the next due groups after ``after``, except those that another worker has locked and those that are parked.
    Returns them and the position of the last one; None: there are none."""
    rows = (await run_sql(session, _CLAIM, today, *after, limit)).mappings().all()
    many = list(accumulate(row["due"] for row in rows))
    taken = [row for row, sum_ in zip(rows, many, strict=True) if sum_ <= SUBSCRIPTIONS_AT_ONCE] or rows[:1]
    ids = [row["bill_group_id"] for row in taken]
    return ids, (taken[-1]["next_billing_on"], ids[-1]) if taken else None


async def due_of(
    session: AsyncSession, ids: Sequence[UUID]
) -> list[tuple[DueGroup, list[DueSubscription], list[DuePending]]]:
    """What is due of these groups on their billing dates, with the subscriptions locked, oldest order first. A service
    that was never provisioned is not among them: its clock never starts (D18). A group whose workspace is not known yet
    is left out."""
    groups = [group_of(row) for row in (await run_sql(session, _PARTIES, list(ids))).mappings()]
    of_groups = [group.id for group in groups], [group.billing_on for group in groups]
    due: dict[UUID, list[DueSubscription]] = {group.id: [] for group in groups}
    for row in (await run_sql(session, _SUBSCRIPTIONS, *of_groups)).mappings():
        due[row["bill_group_id"]].append(subscription_of(row))
    pending: dict[UUID, list[DuePending]] = {group.id: [] for group in groups}
    for row in (await run_sql(session, _PENDING, *of_groups)).mappings():
        pending[row["bill_group_id"]].append(pending_of(row))
    return [(group, due[group.id], pending[group.id]) for group in groups]


def group_of(row: Row) -> DueGroup:
    return DueGroup(row["bill_group_id"], row["workspace_id"], row["currency"], row["terms_days"], row["anchor_on"],
                    row["next_billing_on"], buyer_of(row))  # fmt: skip


def subscription_of(row: Row) -> DueSubscription:
    names = ("id", "workspace_id", "bill_group_id", "service_id", "service_kind", "description", "product_name")
    price = Price(*(row[name] for name in Price._fields))
    origin = Origin(*(row[name] for name in Origin.__slots__))
    billed: dict[str, Any] = {name: row[name] for name in ("unbilled_from", "new", "billed_to", "terms", "ends_on")}
    return DueSubscription(**{name: row[name] for name in names}, **billed, price=price, origin=origin)


def pending_of(row: Row) -> DuePending:
    return DuePending(*(row[name] for name in DuePending.__slots__))
