"""The workspace's log: admins see all of it, others what they did themselves (K14, K15)."""

import asyncio
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.clients.audit import Entry
from services.portal.clients.identity import Member
from services.portal.forms import Form
from services.portal.rendering import page
from services.portal.viewer import InWorkspace, section
from services.portal.vocabulary import action as action_word
from services.portal.vocabulary import words
from shared.events import REGISTRY

router = APIRouter()

AUDITED = sorted(name for name, event in REGISTRY.items() if not event.transient)
ACTIONS = [("", "All actions"), *((name, action_word(name)) for name in AUDITED)]


@router.get("/w/{slug}/audit")
async def audit(
    request: Request, viewer: InWorkspace, action: str = "", actor: str = "", since: str = "", until: str = "",
    cursor: str = "",
) -> Response:  # fmt: skip
    filters = {"action": action, "actor": actor, "since": since, "until": until}
    found, users = await asyncio.gather(
        section(
            viewer,
            "audit.view",
            lambda: viewer.services.audit.entries(
                action=action, actor_id=_id(actor), since=_start(since), until=_end(until), cursor=cursor
            ),
        ),
        section(viewer, "user.list", viewer.services.identity.users),
    )
    own_only = viewer.context.permissions.get("audit.view") == "own"
    return page(
        request,
        "pages/audit/list.html",
        entries=found,
        details={entry.id: _details(entry) for entry in found.content.items} if found.content else {},
        actions=ACTIONS,
        people=_people(found.content.items if found.content else [], users.content or [], actor),
        form=Form(filters),
        filtered=any(filters.values()),
        filters=filters,
        cursor=cursor,
        own_only=own_only,
    )


def _people(entries: list[Entry], users: list[Member], chosen: str) -> list[tuple[str, str]]:
    """The people to filter the log by: the workspace's users, and others who appear in it, such as a partner's."""
    known = {str(user.id): user.address for user in users}
    known |= {str(entry.actor.id): entry.actor.address for entry in entries if entry.actor.id and entry.actor.address}
    if chosen and chosen not in known:
        known[chosen] = "The chosen person"
    return [("", "Everybody"), *sorted(known.items(), key=lambda each: each[1])]


def _details(entry: Entry) -> list[tuple[str, str]]:
    """The entry's subject and details as one flat list."""
    subject = {"Subject": " ".join(str(value) for value in entry.subject.values() if value is not None)}
    if entry.details is None:
        said = {"Details": "Cannot be read. Give support the number of the entry."}
    else:
        said = {words(name): _text(value) for name, value in entry.details.items() if value not in (None, "", [], {})}
    hidden = {words(name): "Hidden with your role" for name in entry.hidden}
    return list((subject | said | hidden | {"Entry": str(entry.id), "Exact time": entry.at.isoformat()}).items())


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{words(name)}: {_text(each)}" for name, each in value.items())
    return ", ".join(_text(each) for each in value) if isinstance(value, list) else str(value)


def _id(chosen: str) -> UUID | None:
    """The chosen person's id; None where it is not a UUID, which the page's own list never sends."""
    try:
        return UUID(chosen)
    except ValueError:
        return None


def _start(day: str) -> datetime | None:
    """The first moment of a day in UTC; None where it is not a date, which a browser's date field never sends."""
    try:
        return datetime.combine(date.fromisoformat(day), time.min, UTC)
    except ValueError:
        return None


def _end(day: str) -> datetime | None:
    """The first moment after a day: the filter includes the day itself."""
    try:
        return datetime.combine(date.fromisoformat(day) + timedelta(days=1), time.min, UTC)
    except (ValueError, OverflowError):
        return None
