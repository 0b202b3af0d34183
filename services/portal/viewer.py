"""Who looks at a page, for which workspace, and what they may do there."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Generic, Literal, TypeVar
from urllib.parse import quote

from fastapi import Depends, Request

from services.portal.browser import browser_of
from services.portal.clients import Refused, ServiceDown, Services
from services.portal.clients.identity import Choice, Ended, Token, User, Workspace
from services.portal.runtime import runtime_of, services_for
from services.portal.tokens import SessionOver

T = TypeVar("T")


@dataclass(frozen=True)
class Viewer:
    token: Token
    services: Services

    @property
    def user(self) -> User:
        return self.token.user

    @property
    def workspace(self) -> Workspace:
        return self.token.workspace

    @property
    def home_workspace(self) -> Workspace | None:
        return self.token.home_workspace

    @property
    def on_behalf(self) -> bool:
        return self.token.via == "on_behalf"

    @property
    def workspaces(self) -> list[Choice]:
        return self.token.workspaces

    def may(self, permission: str) -> bool:
        """Whether to show it. The service decides for itself again."""
        return permission in self.token.permissions

    def path(self, section: str = "") -> str:
        return f"/w/{self.workspace.slug}/{section}"


class SignInFirst(Exception):
    def __init__(self, return_to: str) -> None:
        self.return_to = return_to


class AccessEnded(Exception):
    """Work on behalf of a customer was ended for the person, by somebody else or by time."""

    def __init__(self, viewer: Viewer, ended: Ended) -> None:
        self.viewer, self.ended = viewer, ended


class OtherWorkspace(Exception):
    """The page belongs to another workspace than the one this browser works in now (D12, P26)."""

    def __init__(self, viewer: Viewer) -> None:
        self.viewer = viewer


class Moved(Exception):
    """The browser now works in the workspace of this page: ask for it again."""

    def __init__(self, location: str) -> None:
        self.location = location


async def find_viewer(request: Request) -> Viewer:
    """The person behind the cookie. Raises SignInFirst without a session, AccessEnded where access was taken away."""
    browser, runtime = browser_of(request), runtime_of(request)
    if browser.session is None:
        raise SignInFirst(here(request))
    try:
        token = await runtime.tokens.get(services_for(request), browser.session)
    except SessionOver:
        browser.signed_out()
        raise SignInFirst(here(request)) from None
    viewer = Viewer(token, services_for(request, token.access_token))
    request.state.viewer = viewer
    ended = token.ended or runtime.tokens.take_notice(browser.session)
    if ended:
        raise AccessEnded(viewer, ended)
    return viewer


SignedIn = Annotated[Viewer, Depends(find_viewer)]


async def viewer_in_workspace(request: Request, slug: str, viewer: SignedIn) -> Viewer:
    """The path names the workspace, the session decides (D12): another one is refused before anything happens,
    unless somebody just opens a page of a workspace that they may simply switch to."""
    if slug == viewer.workspace.slug:
        return viewer
    theirs = any(slug == workspace.slug for workspace in viewer.workspaces)
    if not theirs or viewer.on_behalf or not is_navigation(request):
        raise OtherWorkspace(viewer)
    await viewer.services.identity.switch(slug)
    raise Moved(here(request))


InWorkspace = Annotated[Viewer, Depends(viewer_in_workspace)]


def is_navigation(request: Request) -> bool:
    """A person opens a page, as opposed to a script or a live page that asks for a part of one."""
    return request.method == "GET" and request.headers.get("sec-fetch-mode", "navigate") == "navigate"


def here(request: Request) -> str:
    """The path to come back to; for a form, the page that it was on cannot be known, so the start page."""
    if request.method != "GET":
        return "/"
    query = f"?{request.url.query}" if request.url.query else ""
    return quote(request.url.path) + query


@dataclass(frozen=True)
class Section(Generic[T]):
    """A part of a page that stands or falls by itself: its service may be down, or the role may not see it."""

    state: Literal["ready", "locked", "down"]
    content: T | None = None

    @property
    def ready(self) -> bool:
        return self.state == "ready"

    @property
    def value(self) -> T:
        assert self.content is not None
        return self.content


async def section(viewer: Viewer, permission: str, read: Callable[[], Awaitable[T]]) -> Section[T]:
    """``read`` it if the role allows; what fails is shown in its place, and the rest of the page stands."""
    if not viewer.may(permission):
        return Section("locked")
    try:
        return Section("ready", await read())
    except ServiceDown:
        return Section("down")
    except Refused as refusal:
        if refusal.status == 403:
            return Section("locked")
        raise
