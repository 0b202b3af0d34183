from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query, Request, Response
from pydantic import AwareDatetime

from services.audit.entries import listing
from services.audit.entries.reading import page_of_entries, read_entries
from services.audit.entries.schemas import EntryRead
from shared.auth import CurrentAccess, Router, allow
from shared.errors import NotFound
from shared.pages import Cursor, Limit, Page, json_response
from shared.reads import Reader

router = Router("audit", "entries")

OnBehalf = Literal["on_behalf"]


@router.get("", guard=allow("audit.view", own=True), response_model=Page[EntryRead])
async def list_entries(
    request: Request,
    read: Reader,
    access: CurrentAccess,
    action: Annotated[str | None, Query(max_length=100, description="an event's name")] = None,
    actor: Annotated[str | None, Query(max_length=254, description="the address they acted under")] = None,
    actor_id: Annotated[UUID | None, Query(description="who acted, by id")] = None,
    via: Annotated[OnBehalf | None, Query(description="what was done on behalf of the workspace")] = None,
    subject_id: Annotated[
        UUID | None, Query(description="one object's history, with no other filter but dates")
    ] = None,
    correlation_id: Annotated[
        UUID | None, Query(description="all that belongs to one request, with no other filter but dates")
    ] = None,
    since: Annotated[AwareDatetime | None, Query(alias="from")] = None,
    until: Annotated[AwareDatetime | None, Query(alias="to")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """The workspace's log, newest first. Admins see all entries, others only their own, without money unless their role
    sees it."""  # (K14, K15)
    own_id = None if access.level == "all" else access.user_id
    wanted = listing.Wanted(own_id, actor, actor_id, action, since, until, via is not None, subject_id,
                            correlation_id)  # fmt: skip
    found = await page_of_entries(read, request.app.state.runtime.settings.seal_key, wanted, cursor, limit)
    return json_response(found)


@router.get("/{entry_id}", guard=allow("audit.view", own=True), response_model=EntryRead)
async def get_entry(entry_id: UUID, request: Request, read: Reader, access: CurrentAccess) -> Response:
    """One entry. Who sees only their own entries gets no other one."""  # (K15)
    row = await listing.find_entry(read, entry_id, None if access.level == "all" else access.user_id)
    if row is None:
        raise NotFound("There is no such entry.")
    [entry] = await read_entries(read, request.app.state.runtime.settings.seal_key, [row])
    return json_response(entry)
