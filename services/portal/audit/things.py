"""Pages about one thing: what it is, from its service, and its history, from the log. Each stands without the other."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from services.portal.audit.telling import Told, tell
from services.portal.viewer import UNAVAILABLE, Section, Viewer, section
from services.portal.views import View

T = TypeVar("T")

NEWEST = 5
"""Entries of a history on the page of a thing."""


@dataclass(frozen=True, slots=True)
class History:
    """The newest entries of the log about a thing, as far as the viewer may read them, and where all of them are."""

    entries: Section[list[Told]]
    path: str


@dataclass(frozen=True)
class Thing(Generic[T]):
    found: Section[T]
    history: History

    @property
    def status(self) -> int:
        """Of a page that is nothing without the thing."""
        return UNAVAILABLE[self.found.state]


@dataclass(frozen=True)
class ThingMissing(View):
    """The page of a thing whose service does not answer."""

    template = "pages/audit/thing_missing.html"
    found: Section[Any]
    history: History
    title: str
    """What it is, since its name is not known."""
    list_path: str
    list_title: str
    side_bar: str
    """The entry in the side bar that it is below."""


async def read_thing(viewer: Viewer, permission: str, thing_id: UUID, read: Callable[[], Awaitable[T]]) -> Thing[T]:
    found, entries = await asyncio.gather(
        section(viewer, permission, read), section(viewer, "audit.view", lambda: _newest(viewer, thing_id))
    )
    return Thing(found, History(entries, viewer.path(f"audit?subject={thing_id}")))


async def _newest(viewer: Viewer, thing_id: UUID) -> list[Told]:
    return tell(viewer, (await viewer.services.audit.entries(subject_id=thing_id, limit=NEWEST)).items)
