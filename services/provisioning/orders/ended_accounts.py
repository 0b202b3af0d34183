"""What ends with an account that is closed: its services are cancelled for now, and orders that wait are withdrawn. It
is looked for again and again, so that what is being worked on at that moment, or has slipped in, ends as well."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, aliased

from services.provisioning.operations.beginning import nothing_changes, require_verb
from services.provisioning.orders.cancelling import BUSY, CANCELLABLE, begin_cancellation, new_cancellation
from services.provisioning.orders.models import Order
from services.provisioning.services.models import Service
from services.provisioning.states import OrderState
from services.provisioning.verbs import Verb
from shared.copies import workspaces

WAITING = (OrderState.awaiting_approval, OrderState.awaiting_acknowledgement)
REASON = "account_closed"


async def claim_services(session: AsyncSession, *, limit: int) -> Sequence[Service]:
    """Services of closed accounts that can be cancelled, locked, on which nothing else is done, nor on their parts,
    which end with them. What is about to be deleted already is left to that."""
    part, ending = aliased(Service), aliased(Order)
    busy = select(part.id).where(part.part_of == Service.id, part.state.in_(BUSY) | ~nothing_changes(part.id))
    due = select(ending.id).where(ending.id == Service.cancelled_by, ending.state == OrderState.placed)
    there = Service.part_of.is_(None), Service.state.in_(CANCELLABLE), nothing_changes(Service.id)
    found = select(Service).where(_closed(Service.workspace_id), *there, ~busy.exists(), ~due.exists())
    return (
        await session.scalars(found.order_by(Service.id).limit(limit).with_for_update(of=Service, skip_locked=True))
    ).all()


async def cancel(session: AsyncSession, service: Service, *, now: datetime, real_now: datetime) -> None:
    """Cancel a locked service, with its parts, as its people would for now."""
    order = new_cancellation(session, service, "now", REASON, now)
    session.add(order)
    product = await require_verb(session, service, Verb.delete)
    await begin_cancellation(session, order, service, product, real_now=real_now)


async def claim_orders(session: AsyncSession, *, limit: int) -> Sequence[Order]:
    """Orders of closed accounts that wait for somebody's answer, locked."""
    found = select(Order).where(_closed(Order.workspace_id), Order.state.in_(WAITING)).order_by(Order.id)
    return (await session.scalars(found.limit(limit).with_for_update(of=Order, skip_locked=True))).all()


def _closed(workspace_id: InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    return workspace_id.in_(select(workspaces.c.id).where(workspaces.c.closed))
