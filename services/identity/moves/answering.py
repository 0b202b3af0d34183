"""The customer's side of a move: its own admins read it, consent or decline."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.contacts.models import Contact
from services.identity.grants.locks import confirm_access, hold_workspace, lock_person, lock_workspace
from services.identity.moves.leaving import lock_people, say_goodbye
from services.identity.moves.models import Move, MoveState
from services.identity.moves.moving import move_to
from services.identity.moves.refusals import MoveClosed, NoSellerForIt, OnlyTheCustomer, SuspendedCustomer
from services.identity.moves.schemas import MoveHereRead
from services.identity.moves.service import close, decline_move, expire_move, open_move, read_move, state_of
from services.identity.workspaces.models import Workspace
from services.identity.workspaces.service import get_workspace, refuse_closing
from shared.auth import Access
from shared.errors import NotFound
from shared.events import Via
from shared.scope import acting_in

PERMISSION = "move.decide"


async def read_move_here(session: AsyncSession, access: Access, real_now: datetime) -> MoveHereRead:
    """The open move of the caller's workspace, if there is one. Raises `OnlyTheCustomer`."""
    _refuse_others(access)
    move = await open_move(session, access.workspace_id)
    is_open = move is not None and state_of(move, real_now) == MoveState.proposed
    contacts = select(func.count()).select_from(Contact).where(Contact.workspace_id == access.workspace_id)
    return MoveHereRead(
        move=await read_move(session, move, real_now) if move and is_open else None,
        gains_people=(await get_workspace(session, access.workspace_id)).parent_admins_enter,
        contacts=await session.scalar(contacts) or 0,
    )


async def consent(session: AsyncSession, access: Access, move_id: UUID, real_now: datetime) -> None:
    """Let another company sell to the caller's workspace from now on. What the people of the former one can do there
    ends at once. Raises `NotFound`, `MoveClosed`, `OnlyTheCustomer`, `SuspendedCustomer`,
    `WorkspaceIsClosing` or `NoSellerForIt`."""
    _refuse_others(access)
    found = await _find(session, access, move_id)
    customer = await lock_workspace(session, access.workspace_id)
    async with acting_in(session, found.to_workspace_id, access.user_id):
        seller = await hold_workspace(session, found.to_workspace_id)
    for user_id in await lock_people(session, access, customer, found.from_workspace_id):
        await lock_person(session, user_id)
    await confirm_access(session, access, PERMISSION)
    move = await _still_open(session, access, move_id, real_now)
    if customer.suspended_at is not None:
        raise SuspendedCustomer(f"{customer.display_name} is suspended.")
    refuse_closing(customer)
    if seller.suspended_at is not None or seller.removed_at is not None or seller.closes_at is not None:
        raise NoSellerForIt(f"{seller.display_name} cannot take {customer.display_name} at present.")
    await close(session, move, MoveState.consented, real_now, access.user_id)
    await say_goodbye(session, access, customer, move.from_workspace_id, real_now)
    await move_to(session, customer, seller, move)


async def decline(session: AsyncSession, access: Access, move_id: UUID, reason: str, real_now: datetime) -> None:
    """Stay where the caller's workspace is. Raises `NotFound`, `MoveClosed` or `OnlyTheCustomer`."""
    _refuse_others(access)
    await _find(session, access, move_id)
    customer = await lock_workspace(session, access.workspace_id)
    await confirm_access(session, access, PERMISSION)
    move = await _still_open(session, access, move_id, real_now)
    await decline_move(session, customer, move, real_now, access.user_id, reason)


async def expire(session: AsyncSession, move_id: UUID, workspace_id: UUID, real_now: datetime) -> None:
    """End a move that nobody answered in 14 days. Requires the customer's scope."""
    customer: Workspace = await lock_workspace(session, workspace_id)
    move = await open_move(session, workspace_id)
    if move is not None and move.id == move_id and state_of(move, real_now) == MoveState.expired:
        await expire_move(session, customer, move, real_now)


def _refuse_others(access: Access) -> None:
    if access.via == Via.on_behalf:
        raise OnlyTheCustomer("Only the customer's own admins see and answer a proposed move.")


async def _find(session: AsyncSession, access: Access, move_id: UUID) -> Move:
    mine = select(Move).where(Move.id == move_id, Move.workspace_id == access.workspace_id)
    move = await session.scalar(mine.execution_options(populate_existing=True))
    if move is None:
        raise NotFound("There is no such proposed move.")
    return move


async def _still_open(session: AsyncSession, access: Access, move_id: UUID, real_now: datetime) -> Move:
    """The move, read again under the lock that every answer takes. Raises `MoveClosed`."""
    move = await _find(session, access, move_id)
    state = state_of(move, real_now)
    if state != MoveState.proposed:
        raise MoveClosed(f"This move is {state}.", state=state)
    return move
