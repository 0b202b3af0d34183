from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query, Request
from pydantic import AwareDatetime

from services.audit.entries.details import MoneySeen
from services.audit.entries.schemas import EntryRead
from services.audit.entries.service import list_entries as read_entries
from shared.auth import CurrentAccess, Router, allow
from shared.pages import Cursor, Limit, Page, decode_cursor, encode_cursor
from shared.reads import Reader

router = Router("audit", "entries")

NEWEST = (datetime.max.replace(tzinfo=UTC), 2**63 - 1)


@router.get("", guard=allow("audit.view", own=True))
async def list_entries(
    request: Request,
    read: Reader,
    access: CurrentAccess,
    action: Annotated[str | None, Query(max_length=100, description="an event's name")] = None,
    actor: Annotated[str | None, Query(max_length=254, description="the address they acted under")] = None,
    actor_id: Annotated[UUID | None, Query(description="who acted, by id")] = None,
    since: Annotated[AwareDatetime | None, Query(alias="from")] = None,
    until: Annotated[AwareDatetime | None, Query(alias="to")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[EntryRead]:
    """The workspace's log, newest first. Admins see all entries, others only their own, without money unless their role
    sees it."""  # (K14, K15)
    before = decode_cursor(cursor, tuple[datetime, int]) if cursor else NEWEST
    only_actor_id = None if access.level == "all" else access.user_id
    found = await read_entries(
        read, access.workspace_id, request.app.state.runtime.settings.seal_key, before,
        only_actor_id=only_actor_id, money=MoneySeen.by(access), actor=actor, actor_id=actor_id, action=action,
        since=since, until=until, limit=limit + 1,
    )  # fmt: skip
    shown = [entry for entry, _ in found[:limit]]
    more = len(found) > limit
    return Page(items=shown, next=encode_cursor(shown[-1].at, found[limit - 1][1]) if more else None)
