"""What is kept of a person, downloading all of it, and deleting their account."""

import asyncio
from functools import partial

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.browser import browser_of
from services.portal.clients import Refused
from services.portal.clients.own_data import Keeping, OwnData
from services.portal.forms import Form, new_key, read_form
from services.portal.me.own_data import SERVICES, Found, members, readme
from services.portal.me.views import OwnDataPage
from services.portal.rendering import back_with, page, see_other
from services.portal.runtime import runtime_of
from services.portal.sending import send_button, send_form
from services.portal.viewer import Section, SignedIn, Viewer, section
from services.portal.zipping import zip_file, zipped
from shared.language import DEFAULT_TAG, TAGS, current_localisation
from shared.language import gettext as _

router = APIRouter()

PATH = "/me/data"


@router.get(PATH)
async def own_data(request: Request, viewer: SignedIn) -> Response:
    return await _page(request, viewer, Form(key=new_key()))


@router.post(PATH + "/download")
async def download(request: Request, viewer: SignedIn) -> Response:
    """All of it as one ZIP, or none of it. Each is counted once all parts are there, whichever page it was sent from:
    the key is a new one."""
    try:
        found = await _kept(viewer)
        if away := [_(SERVICES[name]) for name, each in found.items() if each.content is None]:
            said = _("Nothing was downloaded, because this is not available just now: %(parts)s. Try again later.")
            browser_of(request).say(said % {"parts": ", ".join(away)}, "bad")
            return see_other(PATH)
        await viewer.services.identity.record_own_data_download(new_key())
    except Refused as refusal:
        return back_with(request, refusal, PATH, 409, 429)
    return _archive(request, viewer, {name: each.value for name, each in found.items()})


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
    return page(request, OwnDataPage(found, form), status)


async def _kept(viewer: Viewer) -> dict[str, Section[OwnData]]:
    """What each service keeps of the person, with texts in their language."""
    tag = current_localisation().tag
    clients: list[Keeping] = [getattr(viewer.services, name) for name in SERVICES]
    reads = [partial(client.own_data, tag if tag in TAGS else DEFAULT_TAG) for client in clients]
    found = await asyncio.gather(*(section(viewer, "session.own", read) for read in reads))
    return dict(zip(SERVICES, found, strict=True))


def _archive(request: Request, viewer: Viewer, found: Found) -> Response:
    runtime = runtime_of(request)
    made_at, brand = runtime.clock.real_now(), runtime.renderer.brand(request)
    content = zipped(members(found, readme(found, viewer.user, brand, made_at)), made_at)
    return zip_file(f"your-data-{made_at:%Y-%m-%d}.zip", content)
