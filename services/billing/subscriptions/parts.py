"""Subscriptions of services that are part of another one."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.bill_groups.models import BillGroup
from services.billing.subscriptions.models import Clock, Subscription
from shared.errors import NotYetKnown


async def lock_payer(session: AsyncSession, whole: UUID) -> tuple[BillGroup, Subscription]:
    """The bill group that pays for a service, locked, and its subscription: what pays for a new part as well. Raises
    `NotYetKnown` for a service whose order has not arrived, or that moves at this moment."""
    found = await session.scalar(select(Subscription).where(Subscription.service_id == whole))
    if found is None:
        raise NotYetKnown(f"The subscription of service {whole} is not known yet.")
    locked = select(BillGroup).where(BillGroup.id == found.bill_group_id).with_for_update()
    group = (await session.scalars(locked.execution_options(populate_existing=True))).one()
    await session.refresh(found)
    if found.bill_group_id != group.id:
        raise NotYetKnown(f"The subscription of service {whole} is being moved.")
    return group, found


async def lock_parts(session: AsyncSession, whole: Subscription) -> Sequence[Subscription]:
    """The subscriptions of the parts of a service, in their order, ended ones too. Their bill group is locked: it is
    that of the service."""
    here = Subscription.part_of == whole.service_id, Subscription.bill_group_id == whole.bill_group_id
    found = select(Subscription).where(*here).order_by(Subscription.id).with_for_update()
    return (await session.scalars(found.execution_options(populate_existing=True))).all()


async def settle_end(session: AsyncSession, one: Subscription) -> None:
    """Let a part end when it was cancelled for, or when its service ends, whichever is first."""
    whole = await session.scalar(select(Subscription).where(Subscription.service_id == one.part_of))
    ends_with(one, whole)


def ends_with(part: Subscription, whole: Subscription | None) -> None:
    """As `settle_end`, for a service that is known."""
    its_end = whole.ends_on if whole is not None and whole.clock != Clock.ended else None
    days = [day for day in (part.own_ends_on, its_end) if day is not None]
    part.ends_on = min(days, default=None)
