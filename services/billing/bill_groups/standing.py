"""What holds of a bill group, as other services know it: they are told whenever it changes."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.bill_groups.models import BillGroup
from services.billing.settings import Settings
from shared.db import run_sql
from shared.events.billing import BillGroupUpdated
from shared.outbox import Cause, emit, emit_all

_STANDING = text("""
SELECT EXISTS (SELECT FROM subscriptions s WHERE s.bill_group_id = :group AND s.clock <> 'ended') AS has_contract,
       EXISTS (SELECT FROM invoices i WHERE i.workspace_id = :workspace AND i.bill_group_id = :group
               AND i.status IN ('open', 'partially_paid')) AS owes,
       EXISTS (SELECT FROM invoices i WHERE i.bill_group_id = :group AND i.due_on <= :past_due_on
               AND i.status IN ('open', 'partially_paid')) AS past_due
""")


async def refresh_standing(session: AsyncSession, bill_group_id: UUID) -> None:
    """Note whether the group has a contract, owes something, and is still past due, after a subscription or an invoice
    of it has changed.

    The group is locked before it is looked at, so that of concurrent changes the last one sees all of them."""
    await session.flush()
    locked = select(BillGroup).where(BillGroup.id == bill_group_id).with_for_update()
    group = (await session.scalars(locked.execution_options(populate_existing=True))).one()
    about = {"group": group.id, "workspace": group.workspace_id, "past_due_on": group.past_due_on}
    found = (await session.execute(_STANDING, about)).one()
    if (group.has_contract, group.owes, group.is_past_due) != tuple(found):
        group.has_contract, group.owes = found.has_contract, found.owes
        group.past_due_on = group.past_due_on if found.past_due else None
        await tell(session, group)


_OWE = """
UPDATE bill_groups SET owes = true, version = version + 1, told = true
WHERE bill_group_id = ANY($1) AND NOT owes RETURNING bill_group_id
"""


async def note_debts(session: AsyncSession, causes: Mapping[UUID, Cause]) -> None:
    """Note that groups owe something, after invoices were issued to them, each with what caused it. They are locked by
    whoever issues."""
    changed = [row.bill_group_id for row in await run_sql(session, _OWE, list(causes))]
    if changed:
        found = select(BillGroup).where(BillGroup.id.in_(changed)).execution_options(populate_existing=True)
        groups = (await session.scalars(found)).all()
        await emit_all(session, [(causes[group.id], _said_of(group)) for group in groups])


_PAST_DUE = text("""
(SELECT DISTINCT g.bill_group_id, g.workspace_id FROM invoices i JOIN bill_groups g ON g.bill_group_id = i.bill_group_id
 WHERE i.status IN ('open', 'partially_paid') AND i.due_on <= :until
   AND (g.past_due_on IS NULL OR i.due_on > g.past_due_on) LIMIT :most)
UNION ALL
(SELECT g.bill_group_id, g.workspace_id FROM bill_groups g WHERE g.past_due_on IS NOT NULL
 AND NOT EXISTS (SELECT FROM invoices i WHERE i.bill_group_id = g.bill_group_id AND i.due_on <= :until
                 AND i.status IN ('open', 'partially_paid')) LIMIT :most)
""")


def past_due_until(settings: Settings, today: date) -> date:
    """Invoices that were due until this day and are open are past due. Where that is never so, a day before all."""
    days = settings.suspend_after_days
    return today - timedelta(days=days) if days else date.min


async def changed_past_due(session: AsyncSession, *, until: date, limit: int) -> Sequence[tuple[UUID, UUID]]:
    """Groups that have become past due, or are it no more, or of which further invoices are, with their workspaces.
    Look again under the lock (`note_past_due`)."""
    found = await session.execute(_PAST_DUE, {"until": until, "most": limit})
    return [(row.bill_group_id, row.workspace_id) for row in found]


async def note_past_due(session: AsyncSession, bill_group_id: UUID, *, until: date) -> bool:
    """Note whether invoices of the group that were due until a day are open."""
    locked = select(BillGroup).where(BillGroup.id == bill_group_id).with_for_update()
    group = (await session.scalars(locked.execution_options(populate_existing=True))).one()
    about = {"group": group.id, "workspace": group.workspace_id, "past_due_on": until}
    past_due, former = (await session.execute(_STANDING, about)).one().past_due, group.past_due_on
    group.past_due_on = until if past_due else None
    if past_due != (former is not None):
        await tell(session, group)
    return former != group.past_due_on


async def claim_untold(session: AsyncSession, *, limit: int) -> Sequence[BillGroup]:
    """Groups of which nothing was published since they say what holds of them, locked."""
    untold = select(BillGroup).where(~BillGroup.told).order_by(BillGroup.workspace_id, BillGroup.id).limit(limit)
    return (await session.scalars(untold.with_for_update(skip_locked=True))).all()


async def tell(session: AsyncSession, group: BillGroup) -> None:
    """Publish what holds of a group that was changed. It must be locked."""
    group.version += 1
    group.told = True
    await session.flush()
    await emit(session, _said_of(group))


def _said_of(group: BillGroup) -> BillGroupUpdated:
    told = ("display_name", "currency", "is_default", "is_closed", "portal_on", "paying_on", "locations_see_invoices",
            "has_contract", "owes")  # fmt: skip
    facts = {name: getattr(group, name) for name in told}
    about = {"workspace_id": group.workspace_id, "bill_group_id": group.id, "subject_version": group.version}
    return BillGroupUpdated(**about, **facts, past_due=group.is_past_due)
