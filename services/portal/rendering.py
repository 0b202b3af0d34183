"""HTTP responses from templates: whole pages, and parts of pages for htmx."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, StreamingResponse

from services.portal.browser import browser_of
from services.portal.clients import Refused
from services.portal.clients.sending import Streamed
from services.portal.navigation import side_bar
from services.portal.runtime import runtime_of
from services.portal.viewer import Viewer
from services.portal.views import View
from services.portal.vocabulary import THEMES


def part(request: Request, view: View, status: int = 200) -> HTMLResponse:
    """A part of a page, for htmx."""
    text = runtime_of(request).renderer.text(request, view, viewer=_viewer(request))
    return HTMLResponse(text, status, headers={"Vary": "HX-Request"})


def page(request: Request, view: View, status: int = 200) -> HTMLResponse:
    """A whole page; without the side bar if nobody is signed in."""
    viewer, runtime = _viewer(request), runtime_of(request)
    head = runtime.inlined.head(request, runtime.renderer.brand(request))
    text = runtime.renderer.text(
        request,
        view,
        head=head,
        viewer=viewer,
        navigation=side_bar(viewer) if viewer else [],
        theme=theme_of(request),
        flash=browser_of(request).take_flash(),
    )
    response = HTMLResponse(text, status, headers={"Vary": "HX-Request", "Content-Security-Policy": head.policy})
    if head.styles:
        runtime.inlined.remember(response)
    if "hx-request" in request.headers:
        # htmx asked for a part and gets a page, such as an error: show it in the page's main area.
        response.headers.update({"HX-Retarget": "#main", "HX-Reselect": "#main", "HX-Reswap": "outerHTML"})
    return response


async def download(stream: AbstractAsyncContextManager[Streamed], name: str) -> StreamingResponse:
    """A file, streamed as its service sends it. A refusal comes before the first piece. ``name`` is for a file without
    one."""
    return await _streamed(stream, lambda answer: {
        "Content-Disposition": answer.headers.get("content-disposition", f'attachment; filename="{name}"'),
    })  # fmt: skip


async def picture(stream: AbstractAsyncContextManager[Streamed]) -> StreamingResponse:
    """A picture that a page shows, as its service sends it. Its address changes with it, so that it may be kept."""
    return await _streamed(stream, lambda answer: {
        "Cache-Control": answer.headers.get("cache-control", "no-store"), "X-Content-Type-Options": "nosniff",
    })  # fmt: skip


async def _streamed(
    stream: AbstractAsyncContextManager[Streamed], headers: Callable[[Streamed], dict[str, str]]
) -> StreamingResponse:
    answer = await stream.__aenter__()

    async def body() -> AsyncIterator[bytes]:
        try:
            async for piece in answer.pieces:
                yield piece
        finally:
            await stream.__aexit__(None, None, None)

    media_type = answer.headers.get("content-type", "application/octet-stream")
    return StreamingResponse(body(), media_type=media_type, headers=headers(answer))


def see_other(location: str) -> RedirectResponse:
    """Redirect after a form, so that reloading the page does not send the form again."""
    return RedirectResponse(location, 303)


def back_with(request: Request, refusal: Refused, location: str, *statuses: int) -> RedirectResponse:
    """Redirect to a page that says why it was refused. Raises the refusal again if it has none of ``statuses``."""
    if refusal.status not in statuses:
        raise refusal
    browser_of(request).say(refusal.detail, "bad")
    return see_other(location)


def wants_part(request: Request) -> bool:
    return "hx-request" in request.headers


def theme_of(request: Request) -> str:
    theme = request.cookies.get("theme", "auto")
    return theme if theme in THEMES else "auto"


def _viewer(request: Request) -> Viewer | None:
    return getattr(request.state, "viewer", None)
