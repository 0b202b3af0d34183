"""The workspace's log: admins see all of it, others what they did themselves (K14, K15)."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.audit.table import LogView, Row, asked_of, filters_of, log_table, own_only, thing_of
from services.portal.audit.telling import Told, fold, tell
from services.portal.audit.views import EntryPage, LogPage
from services.portal.clients.audit import Entry
from services.portal.clients.http import Page
from services.portal.clients.identity import Member
from services.portal.rendering import page
from services.portal.tables import TableState
from services.portal.tables.pages import PAGE_SIZE, list_page
from services.portal.viewer import InWorkspace, Section, Viewer, section
from shared.language import gettext as _

router = APIRouter()

OF_REQUEST = 20
"""Entries of the same request that the page of one of them shows."""


@router.get("/w/{slug}/audit")
async def audit(request: Request, viewer: InWorkspace) -> Response:
    thing = thing_of(request.query_params)
    state = TableState.of(log_table(filters_of(viewer, thing)), request.query_params, viewer, thing)
    found, users = await asyncio.gather(
        section(
            viewer,
            "audit.view",
            lambda: viewer.services.audit.entries(**asked_of(state), cursor=state.cursor, limit=PAGE_SIZE),
        ),
        section(viewer, "user.list", lambda: viewer.services.identity.users(limit=200)),
    )
    people = _people(found, users, state.filters.get("actor", ""))
    rows = _rows(viewer, found, users, folded="action" not in state.filters)
    table = LogView(log_table(filters_of(viewer, thing, people)), state, rows, viewer, viewer.path("audit"))
    return list_page(request, LogPage(table, thing, _name_of(thing, found), own_only(viewer)))


@router.get("/w/{slug}/audit/{entry_id:uuid}")
async def entry(request: Request, viewer: InWorkspace, entry_id: UUID) -> Response:
    """One entry, at its permanent address, and what else happened with it."""
    found, users = await asyncio.gather(
        viewer.services.audit.entry(entry_id),
        section(viewer, "user.list", lambda: viewer.services.identity.users(limit=200)),
    )
    others = await section(
        viewer,
        "audit.view",
        lambda: viewer.services.audit.entries(correlation_id=found.correlation_id, limit=OF_REQUEST + 1),
    )
    [told] = tell(viewer, [found], _ids(users))
    also = _also(viewer, found, others, users)
    return page(request, EntryPage(told, others, also, own_only(viewer)))


def _also(viewer: Viewer, found: Entry, others: Section[Page[Entry]], users: Section[Page[Member]]) -> Sequence[Told]:
    """The other entries of the same request."""
    read = [each for each in others.content.items if each.id != found.id] if others.content else []
    return tell(viewer, read[:OF_REQUEST], _ids(users))


def _rows(viewer: Viewer, found: Section[Page[Entry]], users: Section[Page[Member]], *, folded: bool) -> Section[Any]:
    """The page's rows, where they could be read."""
    if found.content is None:
        return Section(found.state, reference=found.reference)
    told = tell(viewer, found.content.items, _ids(users))
    rows: list[Row] = fold(told) if folded else [*told]
    return Section("ready", Page[Any].model_construct(items=rows, next=found.content.next))


def _ids(users: Section[Page[Member]]) -> set[UUID]:
    return {user.id for user in users.content.items} if users.content else set()


def _people(entries: Section[Page[Entry]], users: Section[Page[Member]], chosen: str) -> list[tuple[str, str]]:
    """The people to filter the log by: the workspace's users, and others who appear in it, such as a partner's."""
    known = {str(user.id): user.address for user in users.content.items} if users.content else {}
    acting = [entry.actor for entry in entries.content.items] if entries.content else []
    known |= {str(actor.id): actor.address for actor in acting if actor.id and actor.address}
    if chosen and chosen not in known:
        known[chosen] = _("The chosen person")
    return sorted(known.items(), key=lambda each: each[1])


def _name_of(thing: Mapping[str, str], entries: Section[Page[Entry]]) -> str:
    """The name of the object whose history is shown; the beginning of its id if it has none."""
    subject = thing.get("subject", "")
    if not subject or not entries.content:
        return subject[:8]
    return next((each.names[subject] for each in entries.content.items if subject in each.names), subject[:8])
