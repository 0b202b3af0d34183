"""*Add Additional User*: somebody who has an account is added at once, somebody who has none is notified to create
one."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.browser import browser_of
from services.portal.clients import Refused
from services.portal.forms import IN_THE_FORM, Form, read_form
from services.portal.rendering import page, see_other
from services.portal.sending import send_form
from services.portal.users.views import AddAdditionalUser
from services.portal.viewer import InWorkspace
from shared.language import gettext as _

router = APIRouter(prefix="/w/{slug}/users/additional")


@router.get("")
async def ask_whom_to_add(request: Request, viewer: InWorkspace) -> Response:
    viewer.require("user.invite")
    return page(request, AddAdditionalUser(Form(), has_no_account=False))


@router.post("")
async def add(request: Request, viewer: InWorkspace) -> Response:
    """Adds the person, who is in at once, or says that nobody with this address has an account."""
    form = await read_form(request)
    try:
        found = await viewer.services.identity.add_additional_user(address=form.value("address"))
    except Refused as refusal:
        if refusal.status not in IN_THE_FORM:
            raise
        return page(request, AddAdditionalUser(form.refused(refusal), has_no_account=False), refusal.status)
    if found.added is None:
        return page(request, AddAdditionalUser(form, has_no_account=True))
    names = {"user": found.added.display_name, "company": viewer.workspace.display_name}
    browser_of(request).say(_("%(user)s is an additional user of %(company)s now, and gets a mail.", **names))
    return see_other(viewer.path("users"))


@router.post("/notify")
async def notify(request: Request, viewer: InWorkspace) -> Response:
    """Asks the person by mail to create an account. They are in as soon as they have."""
    form = await read_form(request)
    person = {"address": form.value("address"), "display_name": form.value("display_name"), "role": "additional"}
    said = _("%(address)s is asked by mail to create an account. They are in as soon as they have.", **person)
    return await send_form(
        request, form, viewer.services.identity.invite_user(**person, key=form.key),
        refused=lambda wrong, status: page(request, AddAdditionalUser(wrong, has_no_account=True), status),
        said=lambda _done: said, path=viewer.path("users/invitations"),
    )  # fmt: skip
