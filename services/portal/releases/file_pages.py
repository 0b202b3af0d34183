"""The files of a draft: uploading one, choosing one that lies in the store, removing one."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.browser import browser_of
from services.portal.clients import Refused
from services.portal.forms import Form, read_form
from services.portal.releases.pages import PATH, PERMISSION, path_of, show_release
from services.portal.releases.uploading import BadUpload, uploaded_file
from services.portal.rendering import back_with, see_other
from services.portal.viewer import InWorkspace
from shared.language import gettext as _

router = APIRouter()

ON_THE_FORM = (409, 413, 422)
"""Refusals that are about the file."""


@router.post(PATH + "/{release_id}/files")
async def upload_file(request: Request, viewer: InWorkspace, product_key: str, release_id: UUID) -> Response:
    viewer.require(PERMISSION)
    try:
        chosen = await uploaded_file(request)
        if chosen is None:
            objected = Form().objected("file", _("Choose a file."))
            return await show_release(request, viewer, product_key, release_id, objected, 422)
        await viewer.services.provisioning.upload_release_file(release_id, chosen.name, chosen.content)
    except BadUpload:
        objected = Form().objected("file", _("The file did not come as a whole. Send it again."))
        return await show_release(request, viewer, product_key, release_id, objected, 422)
    except Refused as refusal:
        if refusal.status not in ON_THE_FORM:
            raise
        objected = Form().objected("file", _why(refusal))
        return await show_release(request, viewer, product_key, release_id, objected, refusal.status)
    browser_of(request).say(_("The file is added, with its checksum."))
    return see_other(path_of(viewer, product_key, release_id))


@router.post(PATH + "/{release_id}/files/choose")
async def choose_file(request: Request, viewer: InWorkspace, product_key: str, release_id: UUID) -> Response:
    viewer.require(PERMISSION)
    form = await read_form(request)
    try:
        await viewer.services.provisioning.choose_placed_file(release_id, form.value("name"), form.key)
    except Refused as refusal:
        if refusal.status not in ON_THE_FORM:
            raise
        objected = form.objected("name", _why(refusal))
        return await show_release(request, viewer, product_key, release_id, objected, refusal.status)
    browser_of(request).say(_("The file is added. Its checksum is being computed."))
    return see_other(path_of(viewer, product_key, release_id))


@router.post(PATH + "/{release_id}/files/{file_id}/remove")
async def remove_file(
    request: Request, viewer: InWorkspace, product_key: str, release_id: UUID, file_id: UUID
) -> Response:
    viewer.require(PERMISSION)
    here = path_of(viewer, product_key, release_id)
    try:
        await viewer.services.provisioning.remove_release_file(release_id, file_id)
    except Refused as refusal:
        return back_with(request, refusal, here, 409)
    browser_of(request).say(_("The file is removed."))
    return see_other(here)


def _why(refusal: Refused) -> str:
    if refusal.status == 422 and refusal.kind == "invalid":
        return _("Name it with letters, digits, dots, dashes and underscores only, at most 150 of them.")
    if refusal.status == 413:
        return _("This file is too large to be uploaded. Ask an operator to put it into the store.")
    return refusal.detail
