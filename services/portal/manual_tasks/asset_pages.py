"""What staff write down of the asset of a task, and its photo."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.datastructures import UploadFile

from services.portal.browser import browser_of
from services.portal.clients import Refused
from services.portal.forms import Form, read_form
from services.portal.manual_tasks.answering import PATH
from services.portal.manual_tasks.showing import asset_refused, path_of, serials_of, show_task
from services.portal.rendering import picture, see_other
from services.portal.texts import Texts
from services.portal.viewer import InWorkspace
from shared.language import gettext as _
from shared.language import mark

router = APIRouter()

NO_PHOTO = Texts(
    {
        "not_an_image": mark("This is not a photo that can be read. Choose a PNG, JPEG or WebP image."),
        "too_small": mark("This is too small. A photo has at least 64 pixels on each side."),
        "too_large": mark("This has too many pixels. Save it smaller: 16 million are possible, and 12,000 on a side."),
        "moving": mark("This moves. Choose a single photo."),
    }
)
"""Why a file is no photo."""


@router.post(PATH + "/asset")
async def describe(request: Request, viewer: InWorkspace, task_id: UUID) -> Response:
    form = await read_form(request)
    try:
        await viewer.services.provisioning.describe_asset(task_id, serials_of(form), form.value("condition") or None)
    except Refused as refusal:
        if refusal.status != 422:
            raise
        return await show_task(request, viewer, task_id, asset_refused(form, refusal), 422)
    browser_of(request).say(_("What you know of the asset is saved."))
    return see_other(path_of(viewer, task_id))


@router.post(PATH + "/photo")
async def change_photo(request: Request, viewer: InWorkspace, task_id: UUID) -> Response:
    async with request.form() as sent:
        image = sent.get("photo")
        content = await image.read() if isinstance(image, UploadFile) else b""
    if not content:
        objected = Form().objected("photo", _("Choose a photo."))
        return await show_task(request, viewer, task_id, objected, 422)
    try:
        await viewer.services.provisioning.change_asset_photo(task_id, content)
    except Refused as refusal:
        if refusal.status not in (413, 422):
            raise
        why = NO_PHOTO.get(str(refusal.extra.get("reason")), refusal.detail)
        return await show_task(request, viewer, task_id, Form().objected("photo", why), 422)
    browser_of(request).say(_("The photo is saved."))
    return see_other(path_of(viewer, task_id))


@router.post(PATH + "/photo/remove")
async def remove_photo(request: Request, viewer: InWorkspace, task_id: UUID) -> Response:
    await viewer.services.provisioning.remove_asset_photo(task_id)
    browser_of(request).say(_("The photo is removed."))
    return see_other(path_of(viewer, task_id))


@router.get(PATH + "/photo")
async def photo(viewer: InWorkspace, task_id: UUID) -> Response:
    """A page names it by its digest, so that browsers may keep it."""
    return await picture(viewer.services.provisioning.task_photo(task_id))
