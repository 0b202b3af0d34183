"""Error pages in the usual layout: what went wrong, and what to do next."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.portal.body_limits import LARGER
from services.portal.browser import browser_of
from services.portal.clients import Refused, ServiceDown, Unreadable
from services.portal.clients.page_context import PREVIEW_OVER
from services.portal.error_views import (
    AccessEndedPage,
    CannotBeRead,
    NotAllowed,
    NotAvailable,
    NotFoundPage,
    OtherWorkspacePage,
    OurMistake,
    PreviewEndedPage,
    PreviewReadOnly,
    RefusedPage,
)
from services.portal.rendering import page, see_other, wants_part
from services.portal.viewer import (
    AccessEnded,
    FormerAddress,
    OtherWorkspace,
    PreviewIsReadOnly,
    SignInFirst,
    at_slug,
    find_viewer,
    here,
    is_in_person,
    is_navigation,
)
from shared.bodies import limit_bodies
from shared.errors import BodyTooLarge, on_problem
from shared.language import gettext as _

log = structlog.get_logger()


async def on_sign_in_first(request: Request, error: SignInFirst) -> Response:
    location = "/sign-in?" + urlencode({"return_to": error.return_to})
    if wants_part(request):
        return Response(status_code=204, headers={"HX-Redirect": location})
    return see_other(location)


async def on_other_workspace(request: Request, error: OtherWorkspace) -> Response:
    """Names the workspace of the page, with a button that goes on there, if the person may open it. Every other looks
    like one that does not exist."""
    slug = error.found.workspace.slug if error.found else request.path_params["slug"]
    wanted = at_slug(request, slug) if is_navigation(request) else f"/w/{slug}/"
    return page(request, OtherWorkspacePage(error.found, wanted), 409)


async def on_former_address(request: Request, error: FormerAddress) -> Response:
    """Not for ever, so that no browser keeps it: after a year another workspace may have the former address."""
    return RedirectResponse(error.location, 307)


async def on_access_ended(request: Request, error: AccessEnded) -> Response:
    """The notice stays until a person has seen it as a whole page."""
    session = browser_of(request).session
    if session and is_in_person(request):
        with suppress(ServiceDown, Refused):
            await error.viewer.services.identity.move_on(session)
    shown = PreviewEndedPage if error.ended.reason == PREVIEW_OVER else AccessEndedPage
    return page(request, shown(error.ended), 403)


async def on_read_only(request: Request, error: PreviewIsReadOnly) -> Response:
    return page(request, PreviewReadOnly(), 403)


async def on_service_down(request: Request, error: ServiceDown) -> Response:
    response = page(request, NotAvailable(error.service, here(request)), 503)
    response.headers["Retry-After"] = "5"
    return response


async def on_unreadable(request: Request, error: Unreadable) -> Response:
    return page(request, CannotBeRead(error.reference), 502)


async def on_refused(request: Request, error: Refused) -> Response:
    """A refusal that the page did not handle itself."""
    if error.status == 401:
        return see_other("/")
    known = {403, 404, 409, 410, 422, 429}
    status = error.status if error.status in known else 400
    if status == 404:
        return page(request, NotFoundPage(), status)
    return page(request, NotAllowed(error) if status == 403 else RefusedPage(error), status)


async def on_http(request: Request, error: HTTPException) -> Response:
    if error.status_code == 404:
        return await _not_found(request)
    detail = _("The portal does not understand this request.")
    return page(request, RefusedPage(_plain(error.status_code, detail)), error.status_code)


async def on_too_large(request: Request, error: BodyTooLarge) -> Response:
    """A problem document for API clients, and a page for people."""
    if request.scope["path"].startswith("/api/"):
        return await on_problem(request, error)
    request.state.viewer = None
    has_file = request.headers.get("content-type", "").startswith("multipart/")
    detail = (
        _("The file is too large. Choose a smaller one.")
        if has_file
        else _("The form holds more text than can be saved.")
    )
    return page(request, RefusedPage(_plain(413, detail)), 413)


async def on_bad_path(request: Request, error: RequestValidationError) -> Response:
    """A malformed id in the path: there is no such page."""
    return await _not_found(request)


async def _not_found(request: Request) -> Response:
    """With the viewer's side bar if somebody is signed in; readable without signing in."""
    try:
        await find_viewer(request)
    except AccessEnded as ended:
        return await on_access_ended(request, ended)
    except PreviewIsReadOnly as refusal:
        return await on_read_only(request, refusal)
    except (SignInFirst, ServiceDown):
        request.state.viewer = None
    return page(request, NotFoundPage(), 404)


class UnexpectedErrors:
    """ASGI middleware, the innermost one: an unhandled exception becomes an error page. Starlette would answer it
    outside of all middleware, so that what they add is missing (the browser's cookie), and raise it again."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def note_start(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, note_start)
        except Exception as error:
            if started or scope["type"] != "http":
                raise
            log.error("request.failed", exc_info=error)
            await page(Request(scope), OurMistake(), 500)(scope, receive, send)


def _plain(status: int, detail: str) -> Refused:
    return Refused(status, "", _("That did not work"), detail)


HANDLERS: dict[type[Exception], Callable[[Request, Any], Awaitable[Response]]] = {
    SignInFirst: on_sign_in_first,
    OtherWorkspace: on_other_workspace,
    FormerAddress: on_former_address,
    AccessEnded: on_access_ended,
    PreviewIsReadOnly: on_read_only,
    Unreadable: on_unreadable,
    ServiceDown: on_service_down,
    Refused: on_refused,
    HTTPException: on_http,
    RequestValidationError: on_bad_path,
}


def install(app: FastAPI) -> None:
    for kind, handler in HANDLERS.items():
        app.add_exception_handler(kind, handler)
    app.add_middleware(UnexpectedErrors)
    app.add_middleware(limit_bodies, refuse=on_too_large, larger=LARGER)
