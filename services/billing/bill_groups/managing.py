"""What a seller does with a customer's bill groups: create, rename, close, choose the default, switch."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.bill_groups.models import BillGroup, BillGroupContact, ContactKind
from services.billing.bill_groups.schemas import BillGroupChange, ContactUpdate
from services.billing.bill_groups.service import default_group, lock_groups, new_group, put_contact
from services.billing.bill_groups.standing import tell
from shared.errors import Conflict, NotFound, NotYetKnown

MOST_GROUPS = 100
"""Bill groups of one customer."""

CONTACT_FIELDS = ("address", "display_name", "company", "street", "postal_code", "city", "country")


class TooManyBillGroups(Conflict):
    """A customer has at most a hundred bill groups."""

    title = "Too many bill groups"


class BillGroupInUse(Conflict):
    """A bill group with subscriptions that have not ended, or with unpaid invoices, is not closed."""

    title = "The bill group is in use"


class DefaultStaysOpen(Conflict):
    """The default bill group takes what names no other, so that it is not closed. Make another one the default
    first."""

    title = "The default bill group stays open"


class ClosedIsNoDefault(Conflict):
    """A closed bill group does not become the default. Open it first."""

    title = "The bill group is closed"


async def create_group(
    session: AsyncSession, workspace_id: UUID, display_name: str, currency: str, terms_days: int
) -> BillGroup:
    """A new bill group. It has the default group's billing contact, so that its invoices reach somebody."""
    default = await default_group(session, workspace_id)  # its lock keeps the count right
    count = await session.scalar(select(func.count()).where(BillGroup.workspace_id == workspace_id))
    if (count or 0) >= MOST_GROUPS:
        raise TooManyBillGroups(f"A customer has at most {MOST_GROUPS} bill groups.")
    group = await new_group(session, workspace_id, display_name, currency, terms_days)
    known = await session.get(BillGroupContact, (default.id, ContactKind.billing.value))
    if known:
        body = ContactUpdate.model_construct(**{name: getattr(known, name) for name in CONTACT_FIELDS})
        await put_contact(session, group, ContactKind.billing, body)
    return group


async def change_group(
    session: AsyncSession, workspace_id: UUID, bill_group_id: UUID, body: BillGroupChange
) -> BillGroup:
    """Change what ``body`` names. All groups are locked, so that two changes of the default cannot meet. Raises
    `NotFound`."""
    groups = await lock_groups(session, workspace_id)
    group = next((each for each in groups if each.id == bill_group_id), None)
    if group is None:
        raise NotFound("There is no such bill group.")
    default = next(each for each in groups if each.is_default)
    wanted = {name: value for name, value in body.model_dump().items() if value is not None}
    before = {name: getattr(group, name) for name in wanted}
    if wanted.get("is_closed") and not group.is_closed:
        _check_closing(group)
    if wanted.get("is_default") and group is not default:
        if group.is_closed and wanted.get("is_closed") is not False:
            raise ClosedIsNoDefault(f"{group.display_name} is closed. Open it, then make it the default.")
        default.is_default = False
        await tell(session, default)
    for name, value in wanted.items():
        setattr(group, name, value)
    if before != wanted:
        await tell(session, group)
    return group


async def close_all(session: AsyncSession, workspace_id: UUID) -> None:
    """Close all bill groups of a workspace that was removed, and their portals, the default one too. Idempotent. Raises
    `NotYetKnown` until its default group is there."""
    groups = await lock_groups(session, workspace_id)
    if not groups:
        raise NotYetKnown(f"Workspace {workspace_id} has no bill group yet.")
    for group in groups:
        if group.portal_on or not group.is_closed:
            group.portal_on, group.is_closed = False, True
            await tell(session, group)


def _check_closing(group: BillGroup) -> None:
    if group.is_default:
        raise DefaultStaysOpen(f"{group.display_name} is the default. Make another bill group the default first.")
    if group.has_contract or group.owes:
        raise BillGroupInUse(
            f"{group.display_name} has subscriptions or unpaid invoices. Move or end those, and wait for payment."
        )
