"""The grant of work on behalf, derived from a link or from being a parent's admin, and the one of a preview. Each is
valid in one browser session."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.bill_groups.models import BillGroup
from services.identity.grants.models import Grant
from services.identity.grants.service import bump_grants_version
from services.identity.workspaces.models import Workspace
from services.identity.workspaces.scope import workspace_fields
from services.identity.workspaces.service import get_workspace
from shared.events import Via
from shared.events.identity import OnBehalfEnded, OnBehalfStarted, PreviewEnded, PreviewOpened
from shared.outbox import cause_of, emit
from shared.scope import acting_in

EndReason = Literal["ended", "replaced", "expired", "revoked"]


async def derive_grant(
    session: AsyncSession, user_id: UUID, session_id: UUID, child: Workspace, home_id: UUID, role: str, now: datetime,
    expires_at: datetime | None = None, given_reason: str | None = None,
) -> None:  # fmt: skip
    """Start work on behalf in ``child``, from the workspace ``home_id``, no longer than until ``expires_at``. Requires
    the child's scope and the person's lock."""
    grant = Grant(user_id=user_id, workspace_id=child.id, role=role, source="on_behalf", session_id=session_id,
                  parent_workspace_id=home_id, granted_at=now, expires_at=expires_at,
                  given_reason=given_reason)  # fmt: skip
    session.add(grant)
    await session.flush()
    change = await bump_grants_version(session, user_id)
    started = OnBehalfStarted(**workspace_fields(child), user_id=user_id, grant=grant.as_fact(),
                              home_workspace_id=home_id, given_reason=given_reason, **change)  # fmt: skip
    await emit(session, started)


async def derive_preview(
    session: AsyncSession, user_id: UUID, session_id: UUID, group: BillGroup, customer: Workspace, home_id: UUID,
    now: datetime, expires_at: datetime,
) -> None:  # fmt: skip
    """Start a preview of a bill group of ``customer``, from the workspace ``home_id``, until ``expires_at``. Requires
    the customer's scope and the person's lock."""
    grant = Grant(user_id=user_id, workspace_id=customer.id, role="billing", source="preview", session_id=session_id,
                  bill_group_id=group.id, parent_workspace_id=home_id, granted_at=now,
                  expires_at=expires_at)  # fmt: skip
    session.add(grant)
    await session.flush()
    change = await bump_grants_version(session, user_id)
    opened = PreviewOpened(**workspace_fields(customer), user_id=user_id, grant=grant.as_fact(),
                           home_workspace_id=home_id, bill_group_id=group.id, bill_group_name=group.display_name,
                           expires_at=expires_at, **change)  # fmt: skip
    await emit(session, opened)


async def end_derived(session: AsyncSession, grant: Grant, reason: EndReason) -> None:
    """End work on behalf or a preview. Its browser session goes on in a workspace of the person's own. Requires the
    person's lock."""
    via = Via(grant.source)
    async with acting_in(session, grant.workspace_id, grant.user_id):
        child = await get_workspace(session, grant.workspace_id)
        await session.delete(grant)
        await session.flush()
        actor = cause_of(session).actor
        if actor.user_id == grant.user_id:  # leaving is itself done on behalf (D11)
            actor = actor.model_copy(update={"via": via})
        change = await bump_grants_version(session, grant.user_id)
        said = {**workspace_fields(child), "actor": actor, "user_id": grant.user_id, "grant": grant.as_fact(),
                "home_workspace_id": grant.parent_workspace_id, "reason": reason, **change}  # fmt: skip
        if via == Via.preview:
            await emit(session, PreviewEnded(**said, bill_group_id=grant.bill_group_id))
        else:
            visit = {"given_reason": grant.given_reason, "started_at": grant.granted_at}
            await emit(session, OnBehalfEnded(**said, **visit))


async def derived_grant(session: AsyncSession, session_id: UUID) -> Grant | None:
    """The work on behalf or the preview of a browser session, or None."""
    return await session.scalar(select(Grant).where(Grant.session_id == session_id))


async def derived_grants(session: AsyncSession, user_id: UUID, workspace_id: UUID) -> list[Grant]:
    """A person's work on behalf in a workspace, one grant per browser session."""
    mine = select(Grant).where(Grant.user_id == user_id, Grant.workspace_id == workspace_id)
    return list(await session.scalars(mine.where(Grant.source == "on_behalf")))
