"""The live part of a page: rendered again with its viewer's token whenever something happened in the workspace."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from fastapi import Request
from fastapi.responses import StreamingResponse

from services.portal.clients import Refused, ServiceDown
from services.portal.clients.page_context import PREVIEW_OVER, Ended
from services.portal.live import Drawing
from services.portal.runtime import begin_deadline, runtime_of
from services.portal.viewer import AccessEnded, SignInFirst, Viewer, find_viewer
from services.portal.views import View
from shared.language import gettext as _

Reading = Callable[[Viewer], Awaitable[tuple[View, bool]]]
"""Reads what the part shows, and whether it is final."""


@dataclass(frozen=True)
class LiveOver(View):
    """Why a live part is not updated any more."""

    template = "partials/live_over.html"
    text: str


def live_part(request: Request, viewer: Viewer, read: Reading, watched: str = "") -> StreamingResponse:
    """Sends the current state first, so that nothing is missed between loading the page and opening the stream.
    ``watched``: whose events wake it, if not those of the workspace."""
    runtime = runtime_of(request)

    async def draw() -> Drawing:
        begin_deadline(request)
        try:
            anew = await find_viewer(request)
            if anew.workspace.id != viewer.workspace.id:
                return _notice(request, _("You now work in another workspace. Load the page again."))
            view, final = await read(anew)
        except AccessEnded as over:
            return _notice(request, _over(over.ended))
        except SignInFirst:
            return _notice(request, _("You are signed out. Load the page again to sign in."))
        except Refused as refusal:
            return _notice(request, refusal.detail)
        except ServiceDown:
            return Drawing(None)
        return Drawing(runtime.renderer.text(request, view, viewer=anew), final)

    return runtime.live.stream(watched or str(viewer.workspace.id), draw)


def _over(ended: Ended) -> str:
    gone = ended.workspace_display_name
    if ended.reason == PREVIEW_OVER:
        return _("The preview of %(workspace)s has ended.", workspace=gone)
    return _("Your access to %(workspace)s has ended.", workspace=gone)


def _notice(request: Request, text: str) -> Drawing:
    """The final state that says why updates stopped."""
    return Drawing(runtime_of(request).renderer.text(request, LiveOver(text)), final=True)
