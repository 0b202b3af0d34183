"""What is kept of a person, and deleting their account."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.forms import Form, new_key, read_form
from services.portal.me.views import OwnData
from services.portal.rendering import page
from services.portal.sending import send_button, send_form
from services.portal.viewer import SignedIn, Viewer, section
from shared.language import gettext as _

router = APIRouter()

PATH = "/me/data"


@router.get(PATH)
async def own_data(request: Request, viewer: SignedIn) -> Response:
    return await _page(request, viewer, Form(key=new_key()))


@router.post(PATH + "/delete")
async def ask_for_deletion(request: Request, viewer: SignedIn) -> Response:
    """It is done in a week. Until then the page offers to keep the account."""
    form = await read_form(request)
    return await send_form(
        request, form, viewer.services.identity.request_erasure(form.value("address"), form.key),
        refused=lambda wrong, status: _page(request, viewer, wrong, status),
        said=lambda _done: _("Your account will be deleted in seven days. We have sent you a mail."), path=PATH,
    )  # fmt: skip


@router.post(PATH + "/keep")
async def keep_account(request: Request, viewer: SignedIn) -> Response:
    keep = viewer.services.identity.withdraw_erasure
    return await send_button(request, lambda _key: keep(), _("Your account stays."), PATH, (404,))


async def _page(request: Request, viewer: Viewer, form: Form, status: int = 200) -> Response:
    found = await section(viewer, "session.own", viewer.services.identity.own_erasure)
    return page(request, OwnData(found, form), status)
