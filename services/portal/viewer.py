"""The signed-in person behind a request: in which workspace, and what they may do there."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Annotated, Generic, Literal, TypeVar
from urllib.parse import quote
from uuid import UUID

from fastapi import Depends, Request

from services.portal.browser import browser_of
from services.portal.clients import Refused, ServiceDown, Services, Unreadable
from services.portal.clients.links import Destination
from services.portal.clients.page_context import Ended, OwnWorkspace, PageContext, User, Workspace
from services.portal.localising import of_person
from services.portal.page_contexts import SessionOver
from services.portal.runtime import runtime_of, services_for
from services.portal.seller_brands import show_brand
from shared.language import gettext as _
from shared.language import localise_for

T = TypeVar("T")
Content_co = TypeVar("Content_co", covariant=True)

PRESENCE_INTERVAL = timedelta(minutes=5)


ENDS_A_PREVIEW = frozenset({"/switch", "/go-on", "/w/{slug}/exit", "/sign-out"})
"""The forms that a preview may send: those that leave it."""


@dataclass(frozen=True)
class ShownPreview:
    """The bill group whose portal is shown as its visitors see it."""

    bill_group_name: str
    minutes_left: int
    """A minute that has begun counts."""


@dataclass(frozen=True)
class Viewer:
    context: PageContext
    services: Services
    preview: ShownPreview | None = None
    unread: int | None = None
    """How many notices the person has not read, at most 100; None where that is not known, and on behalf."""

    @property
    def user(self) -> User:
        return self.context.user

    @property
    def workspace(self) -> Workspace:
        return self.context.workspace

    @property
    def home_workspace(self) -> Workspace | None:
        return self.context.home_workspace

    @property
    def on_behalf(self) -> bool:
        return self.context.via == "on_behalf"

    @property
    def is_visitor(self) -> bool:
        """Whether all that the person has here is the portal of a bill group: Billing is then where it starts."""
        return self.context.roles == ["billing"] and self.may("money.view")

    @property
    def sees_invoices(self) -> bool:
        """Whether there is billing to show. People of locations see prices when they order; invoices only where their
        bill group lets them."""
        return self.context.sees_invoices and self.may("money.view")

    @property
    def workspaces(self) -> list[OwnWorkspace]:
        """Those to switch to. A visitor whose pages are previewed has only this one."""
        return [] if self.preview else self.context.workspaces

    def may(self, permission: str) -> bool:
        """Whether to show it. The service checks the permission again."""
        return permission in self.context.permissions

    def require(self, permission: str) -> None:
        """For the page of a form that is nothing to whoever may not send it. Raises `Refused`."""
        if not self.may(permission):
            text = _("Your role in this workspace does not include this.")
            raise Refused(403, "forbidden", _("Not allowed"), text)

    def must_ask(self, permission: str) -> bool:
        """Whether what the permission allows waits for somebody else's approval."""
        return self.context.permissions.get(permission) == "ask"

    @property
    def may_order(self) -> bool:
        """Whether to offer ordering. Services are ordered for customers: others have nothing that could pay."""
        return self.workspace.kind == "customer" and self.may("service.order")

    @property
    def may_add(self) -> bool:
        """Whether to offer ordering add-ons for services."""
        return self.workspace.kind == "customer" and self.may("add_on.configure")

    def path(self, section: str = "") -> str:
        return f"/w/{self.workspace.slug}/{section}"


class SignInFirst(Exception):
    def __init__(self, return_to: str) -> None:
        self.return_to = return_to


class AccessEnded(Exception):
    """The person's work on behalf of a customer, or a preview, was ended by somebody else or because it expired."""

    def __init__(self, viewer: Viewer, ended: Ended) -> None:
        self.viewer, self.ended = viewer, ended


class PreviewIsReadOnly(Exception):
    """A form was sent in a preview, which shows what can be sent but sends none of it."""


class OtherWorkspace(Exception):
    """The page belongs to another workspace than the one this browser works in now (D12, P26)."""

    def __init__(self, found: Destination | None) -> None:
        self.found = found
        """The workspace that the page belongs to; None where the person may not open it."""


class FormerAddress(Exception):
    """The page is now at another address, because its workspace has another slug (K29)."""

    def __init__(self, location: str) -> None:
        self.location = location


async def find_viewer(request: Request) -> Viewer:
    """The person behind the cookie. Raises SignInFirst without a session, AccessEnded where access was taken away,
    PreviewIsReadOnly for a form in a preview."""
    browser, runtime = browser_of(request), runtime_of(request)
    if browser.session is None:
        raise SignInFirst(here(request))
    try:
        context = await runtime.page_contexts.get(services_for(request), browser.session)
    except SessionOver:
        browser.signed_out()
        raise SignInFirst(here(request)) from None
    localise_for(of_person(request, context.preferences))
    now = runtime.clock.real_now()
    services, preview = services_for(request, context.access_token), _shown(context, now)
    viewer = Viewer(context, services, preview, await _unread(request, context, services))
    request.state.viewer = viewer
    show_brand(request, context.brand)
    if is_in_person(request) and not viewer.preview:
        await _note_presence(viewer, browser.session, now)
    if context.ended:
        raise AccessEnded(viewer, context.ended)
    if viewer.preview and request.method == "POST" and request.scope["route"].path not in ENDS_A_PREVIEW:
        raise PreviewIsReadOnly
    return viewer


async def _unread(request: Request, context: PageContext, services: Services) -> int | None:
    """Read for a page that a person opens, seldom; what is known serves all others."""
    if context.via != "self" or context.ended:
        return None
    unread = runtime_of(request).unread
    if not is_navigation(request):
        return unread.known(context.user.id)

    async def read() -> int:
        return (await services.notifications.unread_notices()).unread

    return await unread.get(context.user.id, read)


def _shown(context: PageContext, now: datetime) -> ShownPreview | None:
    if context.preview is None:
        return None
    left = ceil((context.preview.expires_at - now) / timedelta(minutes=1))
    return ShownPreview(context.preview.bill_group_name, max(left, 1))


async def _note_presence(viewer: Viewer, session: str, now: datetime) -> None:
    """Tell identity that somebody is there, so that the session does not idle. It is no reason to refuse a page."""
    if now - viewer.context.last_seen_at >= PRESENCE_INTERVAL:
        with suppress(ServiceDown, Refused):
            await viewer.services.identity.note_presence(session)


SignedIn = Annotated[Viewer, Depends(find_viewer)]


async def viewer_in_workspace(request: Request, slug: str, viewer: SignedIn) -> Viewer:
    """The session's workspace counts, not the path's (D12). A path of another one is refused before anything happens.
    The page that says so has a button that switches: opening a link changes nothing.

    Under a slug that the workspace had, pages lead on to where they are now. A form is taken as if it came from there:
    it was opened before the workspace was renamed. Identity is asked only where the slug is not the present one."""
    if slug == viewer.workspace.slug:
        return viewer
    found = await find_destination(viewer, slug)
    if found is None or found.workspace.id != viewer.workspace.id:
        raise OtherWorkspace(found)
    if request.method != "POST":
        raise FormerAddress(at_slug(request, viewer.workspace.slug))
    return viewer


async def find_destination(viewer: Viewer, slug: str) -> Destination | None:
    """The workspace that has the slug, or had it; None where the person may not open it, as where there is none."""
    try:
        return await viewer.services.identity.destination(slug)
    except Refused:
        return None


def at_slug(request: Request, slug: str) -> str:
    """The page's address with another slug, which is the second part of each path that has one."""
    _, base, _, *rest = request.url.path.split("/")
    query = f"?{request.url.query}" if request.url.query else ""
    return quote("/".join(["", base, slug, *rest])) + query


InWorkspace = Annotated[Viewer, Depends(viewer_in_workspace)]


def is_in_person(request: Request) -> bool:
    """Whether a person opens a page or sends a form, as opposed to a page that updates itself."""
    return request.method == "POST" or is_navigation(request)


def is_navigation(request: Request) -> bool:
    """Whether the browser opens a page, as opposed to a script or a live page that fetches a part of one."""
    by_script = "hx-request" in request.headers or "text/event-stream" in request.headers.get("accept", "")
    mode = request.headers.get("sec-fetch-mode", "cors" if by_script else "navigate")  # older browsers do not say
    return request.method == "GET" and mode == "navigate"


def here(request: Request) -> str:
    """The path to return to; the start page for a form or a part of a page, whose own page is not known."""
    if not is_navigation(request):
        return "/"
    query = f"?{request.url.query}" if request.url.query else ""
    return quote(request.url.path) + query


@dataclass(frozen=True)
class Section(Generic[Content_co]):
    """A part of a page that can fail alone: its service may be down, or the role may not see it."""

    state: Literal["ready", "locked", "down", "unreadable"]
    content: Content_co | None = None
    reference: UUID | None = None
    """What support finds in the logs, where the section is unreadable."""

    @property
    def ready(self) -> bool:
        return self.state == "ready"

    @property
    def value(self) -> Content_co:
        assert self.content is not None
        return self.content


UNAVAILABLE = {"down": 503, "locked": 403, "unreadable": 502}
"""The status of a page that is nothing without such a section."""


async def section(viewer: Viewer, permission: str, read: Callable[[], Awaitable[T]]) -> Section[T]:
    """The result of ``read`` if the role allows it. A failure is shown in its place; the rest of the page works."""
    if not viewer.may(permission):
        return Section("locked")
    try:
        return Section("ready", await read())
    except Unreadable as failure:
        return Section("unreadable", reference=failure.reference)
    except ServiceDown:
        return Section("down")
    except Refused as refusal:
        if refusal.status == 403:
            return Section("locked")
        raise
