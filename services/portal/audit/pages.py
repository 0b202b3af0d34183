"""The workspace's log: admins see all of it, others what they did themselves (K14, K15)."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.audit.actions import grouped_actions
from services.portal.audit.telling import fold, tell
from services.portal.clients.audit import Entry
from services.portal.clients.http import Page
from services.portal.clients.identity import Member
from services.portal.forms import Form
from services.portal.rendering import page
from services.portal.viewer import InWorkspace, Section, Viewer, section
from shared.language import current_localisation
from shared.language import gettext as _

router = APIRouter()

FILTERS = ("action", "actor", "on_behalf", "since", "until", "subject")
OF_A_HISTORY = ("since", "until", "subject")
"""An object's history has no other filters."""


@router.get("/w/{slug}/audit")
async def audit(request: Request, viewer: InWorkspace, cursor: str = "") -> Response:
    filters = _filters(request.query_params)
    found, users = await asyncio.gather(
        section(viewer, "audit.view", lambda: _entries(viewer, filters, cursor)),
        section(viewer, "user.list", lambda: viewer.services.identity.users(limit=200)),
    )
    told = tell(viewer, found.content.items if found.content else [], _ids(users))
    return page(
        request,
        "pages/audit/list.html",
        entries=found,
        rows=told if filters["action"] else fold(told),
        actions=grouped_actions(),
        people=_people(found, users, filters["actor"]),
        form=Form(filters),
        history_of=_name_of(filters["subject"], found),
        filtered=any(filters.values()),
        filters=filters,
        cursor=cursor,
        export_filters=_export_filters(filters),
        own_only=_own_only(viewer),
    )


@router.get("/w/{slug}/audit/{entry_id:uuid}")
async def entry(request: Request, viewer: InWorkspace, entry_id: UUID) -> Response:
    """One entry, at its permanent address."""
    found, users = await asyncio.gather(
        viewer.services.audit.entry(entry_id),
        section(viewer, "user.list", lambda: viewer.services.identity.users(limit=200)),
    )
    [told] = tell(viewer, [found], _ids(users))
    return page(request, "pages/audit/entry.html", told=told, own_only=_own_only(viewer))


def _filters(asked: Mapping[str, str]) -> dict[str, str]:
    """What the page's address asks for. Ids that are none count as not given."""
    filters = {name: asked.get(name, "") for name in FILTERS}
    for name in ("actor", "subject"):
        filters[name] = str(_id(filters[name]) or "")
    if filters["subject"]:
        filters |= {name: "" for name in FILTERS if name not in OF_A_HISTORY}
    return filters


async def _entries(viewer: Viewer, filters: Mapping[str, str], cursor: str) -> Page[Entry]:
    return await viewer.services.audit.entries(
        action=filters["action"],
        actor_id=_id(filters["actor"]),
        on_behalf=bool(filters["on_behalf"]),
        subject_id=_id(filters["subject"]),
        since=_start(filters["since"]),
        until=_end(filters["until"]),
        cursor=cursor,
    )


def _export_filters(filters: Mapping[str, str]) -> dict[str, str]:
    """The same as an export of the log takes them."""
    since, until = _start(filters["since"]), _end(filters["until"])
    found = {
        "action": filters["action"],
        "actor_id": filters["actor"],
        "via": "on_behalf" if filters["on_behalf"] else "",
        "subject_id": filters["subject"],
        "from": since.isoformat() if since else "",
        "to": until.isoformat() if until else "",
    }
    return {name: value for name, value in found.items() if value}


def _own_only(viewer: Viewer) -> bool:
    return viewer.context.permissions.get("audit.view") == "own"


def _ids(users: Section[Page[Member]]) -> set[UUID]:
    return {user.id for user in users.content.items} if users.content else set()


def _people(entries: Section[Page[Entry]], users: Section[Page[Member]], chosen: str) -> list[tuple[str, str]]:
    """The people to filter the log by: the workspace's users, and others who appear in it, such as a partner's."""
    known = {str(user.id): user.address for user in users.content.items} if users.content else {}
    acting = [entry.actor for entry in entries.content.items] if entries.content else []
    known |= {str(actor.id): actor.address for actor in acting if actor.id and actor.address}
    if chosen and chosen not in known:
        known[chosen] = _("The chosen person")
    return [("", _("Everybody")), *sorted(known.items(), key=lambda each: each[1])]


def _name_of(subject: str, entries: Section[Page[Entry]]) -> str:
    """The name of the object whose history is shown; the beginning of its id if it has none."""
    if not subject or not entries.content:
        return subject[:8]
    return next((each.names[subject] for each in entries.content.items if subject in each.names), subject[:8])


def _id(chosen: str) -> UUID | None:
    """A chosen id; None where it is not a UUID, which the page's own list never sends."""
    try:
        return UUID(chosen)
    except ValueError:
        return None


def _start(day: str) -> datetime | None:
    """The first moment of a day where the reader is; None where it is not a date, which a browser's date field never
    sends."""
    try:
        return _midnight(date.fromisoformat(day))
    except (ValueError, OverflowError):
        return None


def _end(day: str) -> datetime | None:
    """The first moment after a day: the filter includes the day itself."""
    try:
        return _midnight(date.fromisoformat(day) + timedelta(days=1))
    except (ValueError, OverflowError):
        return None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, ZoneInfo(current_localisation().zone)).astimezone(UTC)
