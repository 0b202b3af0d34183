"""Closes an account when its day has come: all by which anybody but its holders is in the workspace ends, or could get
in. Services and orders end by what provisioning and billing do of it.

All locks come first, in the one order: the workspace, its people.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.access_requests.closing import close as close_request
from services.identity.access_requests.models import AccessRequest, AccessRequestState
from services.identity.access_rules.models import AccessRule
from services.identity.access_rules.service import end_rule
from services.identity.customer_overview.projection import put_closing
from services.identity.grants.locks import lock_person, lock_workspace
from services.identity.grants.models import VISITOR, Grant
from services.identity.grants.service import revoke_grant
from services.identity.holders.changes import end as end_change
from services.identity.holders.changes import is_open
from services.identity.holders.models import HolderChange, HolderChangeState
from services.identity.invitations.ending import end_invitations_of
from services.identity.invitations.models import RevokedBecause
from services.identity.invitations.service import revoke_pending
from services.identity.links.service import close_link
from services.identity.moves.service import expire_move, open_move
from services.identity.workspaces.models import Workspace
from services.identity.workspaces.scope import workspace_fields
from services.identity.workspaces.service import describe
from shared.auth.access import DERIVED
from shared.events.identity import WorkspaceClosed
from shared.outbox import emit


async def close_account(session: AsyncSession, workspace_id: UUID, real_now: datetime) -> None:
    """Close the account, if its time has come and nobody has kept it. Requires the workspace's scope."""
    workspace = await lock_workspace(session, workspace_id)
    if workspace.closes_at is None or workspace.closed_at is not None or workspace.closes_at > real_now:
        return
    for user_id in sorted({grant.user_id for grant in await _grants(session, workspace)}):
        await lock_person(session, user_id)
    leaving = await _grants(session, workspace)
    await _mark(session, workspace, real_now)
    await _end_what_waits(session, workspace, real_now)
    await _end_access(session, workspace, leaving, real_now)


async def _grants(session: AsyncSession, workspace: Workspace) -> Sequence[Grant]:
    """All by which anybody has access but its holders, and those who work or look there on behalf, whom the guard
    binds. Nobody gets more while it is locked."""
    here = Grant.workspace_id == workspace.id, Grant.holder.is_(None), Grant.source.not_in(DERIVED)
    found = select(Grant).where(*here).order_by(Grant.user_id, Grant.id)
    return (await session.scalars(found.execution_options(populate_existing=True))).all()


async def _mark(session: AsyncSession, workspace: Workspace, real_now: datetime) -> None:
    """It is closed from the commit on, for every service."""
    admins = select(Grant.user_id).where(
        Grant.workspace_id == workspace.id, Grant.role == "admin", Grant.source.in_(("membership", "invitation"))
    )
    told = tuple(sorted(set(await session.scalars(admins))))
    workspace.closed_at = real_now
    workspace.version += 1
    await session.flush()
    await put_closing(session, workspace.id, workspace.closes_at, workspace.closed_at)
    fields = {**workspace_fields(workspace), **describe(workspace), "subject_version": workspace.version}
    await emit(session, WorkspaceClosed(**fields, admins=told))


async def _end_what_waits(session: AsyncSession, workspace: Workspace, real_now: datetime) -> None:
    """Invitations, requests for access, changes of holders, and a proposed move."""
    await revoke_pending(session, workspace, RevokedBecause.revoked, to_locations=True)
    asked = select(AccessRequest).where(
        AccessRequest.workspace_id == workspace.id, AccessRequest.state == AccessRequestState.pending
    )
    for request in list(await session.scalars(asked.order_by(AccessRequest.id).with_for_update())):
        await close_request(session, workspace, request, AccessRequestState.expired, real_now)
    changes = select(HolderChange).where(HolderChange.workspace_id == workspace.id, is_open())
    for change in list(await session.scalars(changes.order_by(HolderChange.id))):
        await end_change(session, workspace, change, HolderChangeState.withdrawn, real_now)
    move = await open_move(session, workspace.id)
    if move is not None:
        await expire_move(session, workspace, move, real_now)


async def _end_access(
    session: AsyncSession, workspace: Workspace, leaving: Sequence[Grant], real_now: datetime
) -> None:  # fmt: skip
    rules = select(AccessRule).where(AccessRule.workspace_id == workspace.id).order_by(AccessRule.id)
    for rule in list(await session.scalars(rules)):
        await end_rule(session, workspace, rule, real_now)
    for grant in leaving:
        if grant.source == "link":
            await close_link(session, grant, workspace)
        elif grant.source != VISITOR:  # whom the end of the rules has let go
            await revoke_grant(session, grant, workspace)
    for user_id in sorted({grant.user_id for grant in leaving}):
        await end_invitations_of(session, None, user_id, real_now)
