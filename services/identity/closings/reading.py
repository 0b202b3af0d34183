"""What is shown of an account that is being closed, to its holders and to who is above it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.closings.asking import WAIT, has_customers
from services.identity.closings.schemas import ClosingBelowRead, ClosingRead, OwnClosingRead
from services.identity.erasures.service import is_fresh
from services.identity.grants.models import Grant
from services.identity.invitations.models import Invitation, InvitationState
from services.identity.people.models import User
from services.identity.people.schemas import PersonRead
from services.identity.workspaces.models import Workspace
from services.identity.workspaces.service import find_below, get_workspace
from shared.auth import Access
from shared.auth.access import DERIVED


async def read_own(session: AsyncSession, access: Access, real_now: datetime) -> OwnClosingRead:
    """Whether the account of the caller's workspace is being closed, and what closing it means."""
    workspace = await get_workspace(session, access.workspace_id)
    inside = Grant.workspace_id == workspace.id, Grant.holder.is_(None), Grant.source.not_in(DERIVED)
    losing = select(func.count(Grant.user_id.distinct())).where(*inside)
    pending = Invitation.workspace_id == workspace.id, Invitation.state == InvitationState.pending
    return OwnClosingRead(
        closing=await _read(session, workspace),
        would_close_at=real_now + WAIT,
        account_number=workspace.account_number,
        losing_access=await session.scalar(losing) or 0,
        invitations=await session.scalar(select(func.count()).select_from(Invitation).where(*pending)) or 0,
        has_customers=await has_customers(session, workspace),
        signed_in_lately=await is_fresh(session, access, real_now),
    )


async def read_below(session: AsyncSession, access: Access, workspace_id: UUID) -> ClosingBelowRead:
    """A workspace below the caller's, and whether its account is being closed. Raises `NotFound`."""
    workspace = await find_below(session, access, workspace_id)
    return ClosingBelowRead(
        workspace_id=workspace.id, display_name=workspace.display_name, kind=workspace.kind,
        closing=await _read(session, workspace),
    )  # fmt: skip


async def _read(session: AsyncSession, workspace: Workspace) -> ClosingRead | None:
    if workspace.closes_at is None or workspace.closing_asked_at is None:
        return None
    return ClosingRead(
        asked_at=workspace.closing_asked_at,
        asked_by=PersonRead.model_validate(await session.get_one(User, workspace.closing_asked_by)),
        closes_at=workspace.closes_at,
        closed_at=workspace.closed_at,
    )
