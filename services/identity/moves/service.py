"""Proposed moves: finding and closing them. The first answer counts: whoever closes one holds the customer's row."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.moves.models import Move, MoveState
from services.identity.moves.schemas import MoveRead
from services.identity.people.models import User
from services.identity.workspaces.models import Workspace
from services.identity.workspaces.scope import workspace_fields
from shared.events.identity import MoveDeclined, MoveExpired, MoveWithdrawn
from shared.outbox import emit


def about(customer: Workspace, move: Move) -> dict[str, Any]:
    """The fields of every event about a proposed move."""
    told = ("from_company", "to_company", "proposed_by")
    of_move = {name: getattr(move, name) for name in told}
    said = {"move_id": move.id, "display_name": customer.display_name, "subject_version": move.version}
    return {**workspace_fields(customer), **of_move, **said}


async def newest_move(session: AsyncSession, workspace_id: UUID) -> Move | None:
    """The move that was proposed last, whatever became of it. Requires the customer's scope."""
    mine = select(Move).where(Move.workspace_id == workspace_id).order_by(Move.proposed_at.desc(), Move.id.desc())
    return await session.scalar(mine.limit(1).execution_options(populate_existing=True))


async def open_move(session: AsyncSession, workspace_id: UUID) -> Move | None:
    """The move that nobody has answered or taken back; it may be too late for that. Requires the customer's scope."""
    mine = select(Move).where(Move.workspace_id == workspace_id, Move.state == MoveState.proposed)
    return await session.scalar(mine.execution_options(populate_existing=True))


def state_of(move: Move, real_now: datetime) -> MoveState:
    """How a move stands. What nobody answered in time is over, before a job says so."""
    late = move.state == MoveState.proposed and move.expires_at <= real_now
    return MoveState.expired if late else MoveState(move.state)


async def close(
    session: AsyncSession, move: Move, state: MoveState, real_now: datetime, by: UUID | None = None,
    answer: str | None = None,
) -> None:  # fmt: skip
    """Close an open move. Requires the customer's lock and scope."""
    move.state, move.ended_at, move.ended_by, move.answer = state, real_now, by, answer
    move.version += 1
    await session.flush()


async def withdraw_move(
    session: AsyncSession, customer: Workspace, move: Move, real_now: datetime, by: UUID
) -> None:  # fmt: skip
    """Take an open move back, and say so. Requires the customer's lock and scope."""
    await close(session, move, MoveState.withdrawn, real_now, by)
    await emit(session, MoveWithdrawn(**about(customer, move)))


async def decline_move(
    session: AsyncSession, customer: Workspace, move: Move, real_now: datetime, by: UUID, answer: str
) -> None:  # fmt: skip
    """Decline an open move, and say so. Requires the customer's lock and scope."""
    await close(session, move, MoveState.declined, real_now, by, answer)
    await emit(session, MoveDeclined(**about(customer, move), reason=answer))


async def expire_move(session: AsyncSession, customer: Workspace, move: Move, real_now: datetime) -> None:
    """End an open move that nobody answered in time, and say so. Requires the customer's lock and scope."""
    await close(session, move, MoveState.expired, real_now)
    await emit(session, MoveExpired(**about(customer, move)))


async def read_move(session: AsyncSession, move: Move, real_now: datetime) -> MoveRead:
    """A move as it is shown."""
    author = await session.get_one(User, move.proposed_by)
    ender = await session.get_one(User, move.ended_by) if move.ended_by else None
    return MoveRead(
        id=move.id, from_company=move.from_company, to_company=move.to_company, reason=move.reason,
        state=state_of(move, real_now), proposed_by=author.display_name, company=move.company,
        proposed_at=move.proposed_at, expires_at=move.expires_at, ended_by=ender.display_name if ender else None,
        ended_at=move.ended_at, answer=move.answer,
    )  # fmt: skip
