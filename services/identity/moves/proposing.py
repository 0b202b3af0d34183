"""The provider's side of a move: its staff propose that a customer goes to another seller, and take that back."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.grants.locks import confirm_access, lock_below
from services.identity.moves.models import Move, MoveState
from services.identity.moves.refusals import (
    MoveClosed,
    MoveProposedAlready,
    NobodyToConsent,
    NoSellerForIt,
    SuspendedCustomer,
)
from services.identity.moves.schemas import MoveBelowRead, MovePut, SellerRead
from services.identity.moves.service import about, expire_move, newest_move, open_move, read_move, state_of
from services.identity.moves.service import withdraw_move as close_withdrawn
from services.identity.workspaces.models import Workspace
from services.identity.workspaces.scope import acting_for
from services.identity.workspaces.service import THERE, find_customer, get_workspace, refuse_closing
from shared.auth import Access
from shared.errors import NotFound
from shared.events.identity import MoveProposed
from shared.outbox import emit
from shared.scope import acting_in

PERMISSION = "customer.move"
LIFETIME = timedelta(days=14)
"""How long the customer's admins have for an answer, in real time."""
MOST_SELLERS = 1000


async def read_move_below(
    session: AsyncSession, access: Access, workspace_id: UUID, real_now: datetime
) -> MoveBelowRead:  # fmt: skip
    """A customer below the provider with the newest move that was proposed to it. Raises `NotFound`."""
    return await _read(session, access, await find_customer(session, access, workspace_id), real_now)


async def list_sellers(session: AsyncSession, access: Access, workspace_id: UUID) -> list[SellerRead]:
    """The companies that can take a customer, by name, the provider first. Raises `NotFound`."""
    customer = await find_customer(session, access, workspace_id)
    asked = select(Workspace).where(*_can_take(access, customer))
    first = asked.order_by(Workspace.kind != "provider", Workspace.display_name, Workspace.id).limit(MOST_SELLERS)
    return [SellerRead.model_validate(seller) for seller in await session.scalars(first)]


async def propose_move(
    session: AsyncSession, access: Access, workspace_id: UUID, wanted: MovePut, real_now: datetime
) -> MoveBelowRead:
    """Propose to a customer's admins that another company sells to it. Raises `NotFound`, `NobodyToConsent`,
    `SuspendedCustomer`, `WorkspaceIsClosing`, `NoSellerForIt` or `MoveProposedAlready`."""
    customer = await _locked(session, access, workspace_id)
    if customer.connected_at is None:
        raise NobodyToConsent(f"Nobody at {customer.display_name} has signed up yet. Invite somebody first.")
    if customer.suspended_at is not None:
        raise SuspendedCustomer(f"{customer.display_name} is suspended. End the suspension first.")
    refuse_closing(customer)
    seller = await _find_seller(session, access, customer, wanted.to_workspace_id)
    assert customer.parent_workspace_id is not None, "customers have somebody above"
    provider = await get_workspace(session, access.workspace_id)
    former = await get_workspace(session, customer.parent_workspace_id)
    async with acting_for(session, access, customer):
        await _refuse_second(session, customer, real_now)
        move = Move(
            workspace_id=customer.id, from_workspace_id=former.id, from_company=former.display_name,
            to_workspace_id=seller.id, to_company=seller.display_name, company=provider.display_name,
            reason=wanted.reason, proposed_by=access.user_id, proposed_at=real_now, expires_at=real_now + LIFETIME,
        )  # fmt: skip
        session.add(move)
        await session.flush()
        said = about(customer, move) | {"reason": move.reason, "expires_at": move.expires_at, "company": move.company}
        await emit(session, MoveProposed(**said))
    return await _read(session, access, customer, real_now)


async def withdraw_move(session: AsyncSession, access: Access, workspace_id: UUID, real_now: datetime) -> None:
    """Take the open move of a customer back. Raises `NotFound` or `MoveClosed`."""
    customer = await _locked(session, access, workspace_id)
    async with acting_for(session, access, customer):
        move = await newest_move(session, customer.id)
        if move is None:
            raise NotFound("No move of this customer was proposed.")
        state = state_of(move, real_now)
        if state != MoveState.proposed:
            raise MoveClosed(f"This move is {state}.", state=state)
        await close_withdrawn(session, customer, move, real_now, access.user_id)


async def _locked(session: AsyncSession, access: Access, workspace_id: UUID) -> Workspace:
    """A customer below the caller's workspace, locked. The caller's right is read again under the lock."""
    customer = await lock_below(session, access, await find_customer(session, access, workspace_id))
    await confirm_access(session, access, PERMISSION)
    return customer


def _can_take(access: Access, customer: Workspace) -> tuple[ColumnElement[bool], ...]:
    """The provider and its partners that could sell to the customer."""
    sellers = or_(Workspace.id == access.workspace_id, Workspace.parent_workspace_id == access.workspace_id)
    ready = Workspace.connected_at.is_not(None), Workspace.suspended_at.is_(None), Workspace.closes_at.is_(None), THERE
    return (sellers, Workspace.kind != "customer", Workspace.id != customer.parent_workspace_id, *ready)


async def _find_seller(session: AsyncSession, access: Access, customer: Workspace, seller_id: UUID) -> Workspace:
    seller = await session.scalar(select(Workspace).where(*_can_take(access, customer), Workspace.id == seller_id))
    if seller is None:
        raise NoSellerForIt("This company cannot take the customer. Choose another one.")
    return seller


async def _refuse_second(session: AsyncSession, customer: Workspace, real_now: datetime) -> None:
    """What is open and too late to be answered is closed, before the job does. Requires the customer's scope."""
    move = await open_move(session, customer.id)
    if move is None:
        return
    if state_of(move, real_now) != MoveState.expired:
        raise MoveProposedAlready(f"A move of {customer.display_name} to {move.to_company} is proposed already.")
    await expire_move(session, customer, move, real_now)


async def _read(session: AsyncSession, access: Access, customer: Workspace, real_now: datetime) -> MoveBelowRead:
    assert customer.parent_workspace_id is not None, "customers have somebody above"
    seller = await get_workspace(session, customer.parent_workspace_id)
    async with acting_in(session, customer.id, access.user_id):
        move = await newest_move(session, customer.id)
        shown = await read_move(session, move, real_now) if move else None
    return MoveBelowRead(
        workspace_id=customer.id, display_name=customer.display_name, connected=customer.connected_at is not None,
        suspended=customer.suspended_at is not None, seller=seller.display_name, move=shown,
    )  # fmt: skip
