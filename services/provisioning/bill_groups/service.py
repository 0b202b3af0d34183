"""The copy of billing's bill groups, and the choice of one for an order: who pays is decided here, once."""

from typing import ClassVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.bill_groups.models import BillGroup
from shared.copies import workspaces
from shared.errors import Conflict, Invalid, Unavailable
from shared.events.billing import BillGroupCreated, BillGroupUpdated
from shared.field_errors import field_error


async def copy_bill_group(session: AsyncSession, event: BillGroupCreated | BillGroupUpdated) -> bool:
    """Keep what the newest event says of a group. Returns whether this one is the newest."""
    fields = {
        "is_default": event.is_default,
        "display_name": event.display_name,
        "currency": event.currency,
        "is_closed": isinstance(event, BillGroupUpdated) and event.is_closed,
        "past_due": isinstance(event, BillGroupUpdated) and event.past_due,
        "version": event.subject_version,
    }
    group = insert(BillGroup).values(id=event.bill_group_id, workspace_id=event.workspace_id, **fields)
    newer = BillGroup.version < event.subject_version
    kept = group.on_conflict_do_update(index_elements=["id"], set_=fields, where=newer).returning(BillGroup.id)
    return await session.scalar(kept) is not None


async def is_past_due(session: AsyncSession, bill_group_id: UUID) -> bool:
    """False for a group that is not known yet."""
    return bool(await session.scalar(select(BillGroup.past_due).where(BillGroup.id == bill_group_id)))


class BillGroupNotYours(Invalid):
    """The order references a bill group that does not belong to the workspace."""

    title = "The bill group is not one of this workspace"


class BillGroupDoesNotFit(Invalid):
    """The order references a bill group that is closed, or has another currency than the plan."""

    title = "The bill group cannot pay for this"


class NobodyPays(Conflict):
    """The workspace has no open bill group in the plan's currency. Its seller has to create one first. ``currency`` is
    the plan's."""

    title = "No bill group has this currency"
    members: ClassVar = {"currency": {"type": "string"}}


class OrderedForCustomers(Conflict):
    """Services are ordered for customers. A provider or a partner has no bill group that could pay: it works on behalf
    of a customer to order for it."""

    title = "Orders are placed for a customer"


async def choose_bill_group(
    session: AsyncSession, workspace_id: UUID, named: UUID | None, currency: str | None
) -> UUID:
    """The bill group that pays for an order of a plan in ``currency``: the referenced one, else the default if it fits,
    else the first by name that does. Raises `BillGroupNotYours`, `BillGroupDoesNotFit`, `NobodyPays` or
    `OrderedForCustomers`, and `Unavailable` for a customer so new that none is known."""
    groups = (await session.scalars(select(BillGroup).order_by(BillGroup.display_name, BillGroup.id))).all()
    if named is not None and named not in {group.id for group in groups}:
        errors = [field_error("/bill_group_id", "not_offered", "is not a bill group of this workspace")]
        raise BillGroupNotYours("Choose one of the workspace's bill groups.", errors=errors)
    if not groups:
        await _refuse_sellers(session, workspace_id)
        raise Unavailable("The workspace is being set up. Try again.", retry_after=1)
    fitting = [group for group in groups if not group.is_closed and _has(group, currency)]
    if named is None:
        if not fitting:
            raise NobodyPays(
                f"This is priced in {currency}, and no open bill group has it. Ask your seller for one in {currency}.",
                currency=currency,
            )
        return next((group.id for group in fitting if group.is_default), fitting[0].id)
    if named not in {group.id for group in fitting}:
        errors = [field_error("/bill_group_id", "does_not_fit", "is closed or has another currency than the plan")]
        raise BillGroupDoesNotFit("Choose an open bill group in the plan's currency.", errors=errors)
    return named


async def _refuse_sellers(session: AsyncSession, workspace_id: UUID) -> None:
    """A workspace that is not known yet may be a customer's."""
    kind = await session.scalar(select(workspaces.c.kind).where(workspaces.c.id == workspace_id))
    if kind in ("provider", "partner"):
        raise OrderedForCustomers("Orders are placed for a customer: work on its behalf to order for it.")


def _has(group: BillGroup, currency: str | None) -> bool:
    return None in (group.currency, currency) or group.currency == currency
