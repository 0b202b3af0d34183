"""Who works on behalf just now, as both sides see it, and either side ends it (D11, D14)."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.grants.derived import end_derived
from services.identity.grants.locks import confirm_access, lock_person
from services.identity.grants.models import Grant
from services.identity.workspaces.scope import acting_for
from services.identity.workspaces.service import find_child
from shared.auth import Access
from shared.errors import NotFound
from shared.reads import ScopedReads

# Hot reads. What has ended by itself, but was not deleted yet, is none any more.
_OPEN = """
SELECT g.id::text, g.role, g.granted_at AS started_at, g.given_reason AS reason, u.id::text AS user_id, u.address,
  u.display_name AS person_name{shown}
FROM grants g JOIN users u ON u.id = g.user_id{joined}
WHERE {whose} = $1 AND g.source = 'on_behalf' AND (g.expires_at IS NULL OR g.expires_at > $2)
ORDER BY g.granted_at DESC, g.id LIMIT 200
"""
HERE = _OPEN.format(whose="g.workspace_id", shown="", joined="")
BELOW = _OPEN.format(
    whose="g.parent_workspace_id",
    shown=", w.workspace_id::text, w.slug, w.kind, w.account_number, w.display_name AS workspace_name",
    joined=" JOIN workspaces w ON w.workspace_id = g.workspace_id",
)


async def list_here(read: ScopedReads, real_now: Any) -> list[dict[str, Any]]:
    """The answer of `VisitRead`: who works in the caller's workspace."""
    return [_visit(row) for row in await read.fetch(HERE, read.access.workspace_id, real_now)]


async def list_below(read: ScopedReads, real_now: Any) -> list[dict[str, Any]]:
    """The answer of `VisitBelowRead`: who of the caller's workspace works where."""
    return [
        _visit(row)
        | {
            "workspace": {name: row[name] for name in ("slug", "kind", "account_number")}
            | {"id": row["workspace_id"], "display_name": row["workspace_name"]}
        }
        for row in await read.fetch(BELOW, read.access.workspace_id, real_now)
    ]


def _visit(row: Any) -> dict[str, Any]:
    user = {"id": row["user_id"], "address": row["address"], "display_name": row["person_name"]}
    return {name: row[name] for name in ("id", "role", "started_at", "reason")} | {"user": user}


async def end_here(session: AsyncSession, access: Access, visit_id: UUID) -> None:
    """End somebody's work on behalf of the caller's workspace. Raises `NotFound`."""
    here = Grant.workspace_id == access.workspace_id
    work = await _lock(session, access, visit_id, here, "user.edit")
    await end_derived(session, work, "revoked")


async def end_below(session: AsyncSession, access: Access, visit_id: UUID) -> None:
    """End the work on behalf of somebody of the caller's workspace. Raises `NotFound`."""
    below = Grant.parent_workspace_id == access.workspace_id
    work = await _lock(session, access, visit_id, below, "customer.link_user")
    child = await find_child(session, access.workspace_id, work.workspace_id)
    async with acting_for(session, access, child):
        await end_derived(session, work, "revoked")


async def _lock(session: AsyncSession, access: Access, visit_id: UUID, whose: Any, permission: str) -> Grant:
    asked = select(Grant).where(Grant.id == visit_id, Grant.source == "on_behalf", whose)
    work = await session.scalar(asked)
    if work is None:
        raise _no_such_visit()
    await lock_person(session, work.user_id)
    await confirm_access(session, access, permission)
    work = await session.scalar(asked.execution_options(populate_existing=True))
    if work is None:  # it has ended until the lock was held
        raise _no_such_visit()
    return work


def _no_such_visit() -> NotFound:
    return NotFound("There is no such visit. It may have ended already.")
