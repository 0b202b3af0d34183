"""What may be done again with one row of a list, by a button in it (`cells.again_button`)."""

from collections.abc import Awaitable, Callable

from fastapi import Request
from fastapi.responses import Response

from services.portal.browser import browser_of
from services.portal.clients import Refused
from services.portal.forms import read_form
from services.portal.rendering import back_with, see_other


async def do_again(request: Request, act: Callable[[str], Awaitable[object]], said: str, path: str) -> Response:
    """``act`` gets the key of the form. Then back to the list at ``path``, which says what was done in the words of
    ``said``. If somebody else was first, or nothing is left to do, it says that."""
    form = await read_form(request)
    try:
        await act(form.key)
    except Refused as refusal:
        return back_with(request, refusal, path, 404, 409)
    browser_of(request).say(said)
    return see_other(path)
