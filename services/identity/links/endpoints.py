from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import Query, Response

from services.identity.links import admins, of_parent, overview, service
from services.identity.links.admins import NobodyAbove, OnlyOwnUsers
from services.identity.links.schemas import (
    LinkCreate,
    LinkedRead,
    LinkRead,
    LinksQuery,
    LinkUpdate,
    OfParentRead,
    ParentAdmins,
    ParentAdminsRead,
)
from services.identity.links.service import AdminsNeedNoLink, AlreadyLinked
from services.identity.people.schemas import PersonRead
from services.identity.workspaces.service import no_such_child
from shared.auth import CurrentAccess, Router, allow
from shared.clock import Now, RealNow
from shared.db import Session
from shared.errors import NotFound
from shared.idempotency import Once
from shared.pages import CountedPage, Cursor, Limit, Page, decode_cursor, encode_cursor, first_rows, json_response
from shared.reads import Reader

router = Router("identity", "links")


# Hot reads. OFFSET 0 looks people up one by one, by their key: the planner would rather read all people. No row at all
# means that there is no such customer.
_PERSON = "json_build_object('id', u.id, 'address', u.address, 'display_name', u.display_name)"
_PAGE = """
SELECT (
  SELECT json_agg({shown} ORDER BY g.person_name, g.user_id, g.id)::text
  FROM ({page}) g
  CROSS JOIN LATERAL (SELECT * FROM users WHERE id = g.user_id OFFSET 0) u) AS items
FROM workspaces w WHERE w.workspace_id = $2 AND w.parent_workspace_id = $1 AND w.removed_at IS NULL
"""
_AFTER = "(g.person_name, g.user_id, g.id) > ($3, $4, $5) ORDER BY g.person_name, g.user_id, g.id"
_LINKED = f"""
SELECT g.person_name, g.user_id, g.id, g.role, g.last_day FROM grants g
WHERE g.workspace_id = w.workspace_id AND g.source = 'link' AND g.parent_workspace_id = $1 AND {_AFTER}
"""  # noqa: S608 - constants
_NOT_LINKED = f"""
SELECT g.person_name, g.user_id, g.id FROM grants g
WHERE g.workspace_id = $1 AND g.source IN ('membership', 'invitation') AND g.role <> 'admin'
  AND NOT EXISTS (SELECT FROM grants l
    WHERE l.user_id = g.user_id AND l.workspace_id = w.workspace_id AND l.source = 'link') AND {_AFTER}
"""  # noqa: S608 - constants
LINKS = _PAGE.format(
    shown=f"json_build_object('id', g.id, 'role', g.role, 'last_day', g.last_day, 'user', {_PERSON})",
    page=first_rows(_LINKED, "$6"),
)
LINKABLE = _PAGE.format(shown=f"json_build_object('id', g.id, 'user', {_PERSON})", page=first_rows(_NOT_LINKED, "$6"))
PARENT_ADMINS = "SELECT parent_admins_enter AS may_enter FROM workspaces WHERE workspace_id = $1"
FIRST = ("", UUID(int=0), UUID(int=0))


@router.get("", guard=allow("customer.link_user"), response_model=Page[LinkRead], problems=(NotFound,))
async def list_links(customer_id: UUID, read: Reader, cursor: Cursor = None, limit: Limit = 50) -> Response:
    """The users linked to a customer, by name."""  # (P14)
    links, following = await _page(read, LINKS, customer_id, cursor, limit)
    return json_response({"items": links, "next": following})


@router.get("/all", guard=allow("customer.link_user"), response_model=CountedPage[LinkedRead])
async def list_all(read: Reader, query: Annotated[LinksQuery, Query()]) -> Response:
    """Who of this workspace may work for which customer or partner, by links. Its admins may work for all that let them
    in, and are not listed."""  # (P14, P22)
    return json_response(await overview.list_all(read, query))


@router.get("/linkable", guard=allow("customer.link_user"), response_model=Page[PersonRead], problems=(NotFound,))
async def list_linkable(customer_id: UUID, read: Reader, cursor: Cursor = None, limit: Limit = 50) -> Response:
    """The users who can be linked to a customer, by name: those of this workspace who are neither linked to it nor
    admins, who see every customer."""  # (P14, P15)
    grants, following = await _page(read, LINKABLE, customer_id, cursor, limit)
    return json_response({"items": [each["user"] for each in grants], "next": following})


async def _page(
    read: Reader, statement: str, customer_id: UUID, cursor: str | None, limit: int
) -> tuple[list[dict[str, Any]], str | None]:
    """The items, each with a ``user`` and the ``id`` of a grant, and the cursor of the next page. Raises `NotFound`."""
    after = decode_cursor(cursor, tuple[str, UUID, UUID]) if cursor else FIRST
    found = await read.fetchrow(statement, read.access.workspace_id, customer_id, *after, limit + 1)
    if found is None:
        raise no_such_child()
    items = orjson.loads(found["items"] or "[]")
    shown, more = items[:limit], len(items) > limit
    last = shown[-1] if more else None
    return shown, last and encode_cursor(last["user"]["display_name"], last["user"]["id"], last["id"])


@router.get("/of-parent", guard=allow("user.list"), response_model=list[OfParentRead])
async def list_of_parent(read: Reader) -> Response:
    """Who of the parent workspace may work on behalf of this one: by a link, or as one of the parent's admins. At most
    200, those with a link first."""  # (P13, P14)
    return json_response(await of_parent.list_of_parent(read))


@router.get("/of-parent/admins", guard=allow("user.list"), response_model=ParentAdminsRead)
async def get_parent_admins(read: Reader) -> Response:
    """Whether the admins of the parent workspace may work on behalf of this one without a link."""
    row = await read.fetchrow(PARENT_ADMINS, read.access.workspace_id)
    return json_response(dict(row.items()))


@router.put("/of-parent/admins", guard=allow("user.edit"), problems=(OnlyOwnUsers, NobodyAbove))
async def switch_parent_admins(body: ParentAdmins, access: CurrentAccess, session: Session) -> ParentAdminsRead:
    """Let the admins of the parent workspace in, or keep them out: then their work on behalf ends at once. Who has a
    link may enter as before. Only this workspace's own users decide it. The admins of both are told by mail."""
    workspace = await admins.switch_parent_admins(session, access, body.may_enter)
    return ParentAdminsRead(may_enter=workspace.parent_admins_enter)


@router.delete("/of-parent/{link_id}", guard=allow("user.edit"), status_code=204)
async def end_link_of_parent(link_id: UUID, access: CurrentAccess, session: Session, real_now: RealNow) -> None:
    """Revoke the link by which somebody of the parent workspace may work on behalf of this one. Their work on behalf
    ends at once, and so do pending invitations that they sent during it. The parent can link them again."""  # (D14)
    await of_parent.end_link(session, access, link_id, real_now)


@router.post(
    "", guard=allow("customer.link_user"), status_code=201, problems=(NotFound, AdminsNeedNoLink, AlreadyLinked)
)
async def link_user(
    body: LinkCreate, access: CurrentAccess, session: Session, now: Now, real_now: RealNow, once: Once
) -> LinkRead:
    """Link a user to a customer, by default in the role Support and until somebody ends it."""  # (P16)
    return await once(body, LinkRead, lambda: service.link_user(session, access, body, now, real_now))


@router.patch("/{link_id}", guard=allow("customer.link_user"))
async def change_link(
    link_id: UUID, body: LinkUpdate, access: CurrentAccess, session: Session, real_now: RealNow
) -> LinkRead:
    """Change a linked user's role for this customer, or after which day the link ends by itself. If they may not invite
    there any more, pending invitations that they sent are revoked."""  # (P17)
    return await service.change_link(session, access, link_id, body, real_now)


@router.delete("/{link_id}", guard=allow("customer.link_user"), status_code=204)
async def unlink_user(link_id: UUID, access: CurrentAccess, session: Session, real_now: RealNow) -> None:
    """Revoke a link. Open work on behalf under it ends at once, and so do pending invitations sent during such
    work."""  # (P24, D14)
    await service.unlink_user(session, access, link_id, real_now)
