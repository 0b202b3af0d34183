"""What becomes of a form that was sent: a page that says what was done, or what is in its way."""

from collections.abc import Awaitable, Callable
from inspect import isawaitable
from typing import TypeVar

from fastapi import Request
from fastapi.responses import Response

from services.portal.browser import browser_of
from services.portal.clients import Refused
from services.portal.forms import IN_THE_FORM, Form, read_form
from services.portal.rendering import back_with, see_other

Done = TypeVar("Done")
NOT_ANY_MORE = (404, 409)


async def send_form(
    request: Request, form: Form, work: Awaitable[Done], *,
    refused: Callable[[Form, int], Response | Awaitable[Response]],
    said: Callable[[Done], str], path: str | Callable[[Done], str],
) -> Response:  # fmt: skip
    """Redirect to ``path``, which says what was done. Where the entries are refused, ``refused`` is the page with them
    and its status. Any other refusal is raised."""
    try:
        done = await work
    except Refused as refusal:
        if refusal.status not in IN_THE_FORM:
            raise
        shown = refused(form.refused(refusal), refusal.status)
        return await shown if isawaitable(shown) else shown
    browser_of(request).say(said(done))
    return see_other(path(done) if callable(path) else path)


async def send_button(
    request: Request, act: Callable[[str], Awaitable[object]], said: str, path: str,
    statuses: tuple[int, ...] = NOT_ANY_MORE,
) -> Response:  # fmt: skip
    """For a form that is a button alone. ``act`` gets the key of the form. Then to ``path``, which says what was done
    in the words of ``said``; or why not, if the refusal has one of ``statuses``: somebody else was first, or nothing is
    left to do. Any other refusal is raised."""
    form = await read_form(request)
    try:
        await act(form.key)
    except Refused as refusal:
        return back_with(request, refusal, path, *statuses)
    browser_of(request).say(said)
    return see_other(path)
