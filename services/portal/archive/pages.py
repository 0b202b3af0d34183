"""All data of the workspace as one ZIP file: asking for it, watching it being made, and downloading it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from uuid import UUID, uuid5

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.archive.packing import Packing
from services.portal.archive.parts import Archive, read_archive
from services.portal.archive.readme import readme_of
from services.portal.archive.views import ArchivePage, ArchiveState
from services.portal.browser import browser_of
from services.portal.clients import Refused, ServiceDown
from services.portal.clients.exports import EXPORTERS
from services.portal.forms import IN_THE_FORM, Form, read_form
from services.portal.rendering import back_with, page, part, see_other, wants_part
from services.portal.runtime import runtime_of
from services.portal.viewer import UNAVAILABLE, InWorkspace, Viewer
from services.portal.zipping import zip_file, zipped
from shared.language import DEFAULT_TAG, TAGS, current_localisation
from shared.language import gettext as _

router = APIRouter()


@router.get("/w/{slug}/archive")
async def archive(request: Request, viewer: InWorkspace) -> Response:
    """It reads itself again while files are being made."""
    found = await read_archive(viewer)
    now = runtime_of(request).clock.real_now()
    shown = found, bool(found.content and found.content.ready(now))
    if wants_part(request):
        return part(request, ArchiveState(*shown))
    return page(request, ArchivePage(*shown), UNAVAILABLE.get(found.state, 200))


@router.post("/w/{slug}/archive")
async def prepare(request: Request, viewer: InWorkspace) -> Response:
    """Ask every service for its part. Services that have theirs answer with it."""
    form = await read_form(request)
    batch_id, tag = _batch_of(viewer, form), current_localisation().tag
    locale = tag if tag in TAGS else DEFAULT_TAG
    answers = await asyncio.gather(
        *(viewer.services.exporting(name).prepare_archive(batch_id, locale, form.key) for name in EXPORTERS),
        return_exceptions=True,
    )
    failures = [each for each in answers if isinstance(each, BaseException)]
    refusal = next((each for each in failures if not isinstance(each, ServiceDown)), None)
    if refusal is None and len(failures) < len(EXPORTERS):
        return see_other(viewer.path("archive"))
    if not isinstance(refusal, Refused):
        raise refusal or failures[0]
    return back_with(request, refusal, viewer.path("archive"), *IN_THE_FORM)


@router.get("/w/{slug}/archive/file")
async def download(request: Request, viewer: InWorkspace) -> Response:
    """Packed while it is sent. What is known to be in the way is said before that; afterwards it breaks off."""
    found = (await read_archive(viewer)).content
    now = runtime_of(request).clock.real_now()
    if found is None or not found.ready(now):
        browser_of(request).say(_("The archive cannot be downloaded now."), "bad")
        return see_other(viewer.path("archive"))
    packing = Packing(request, viewer, found, readme_of(viewer, found))
    return zip_file(f"{viewer.workspace.slug}-{found.requested_at:%Y-%m-%d}.zip", _packed(packing, found))


async def _packed(packing: Packing, archive: Archive) -> AsyncIterator[bytes]:
    async with aclosing(packing.members()) as members:
        async for piece in zipped(members, archive.requested_at):
            yield piece


def _batch_of(viewer: Viewer, form: Form) -> UUID:
    """That of the archive whose missing parts are asked for, else a new one, the same for a form that is sent twice."""
    try:
        return UUID(form.value("batch_id"))
    except ValueError:
        return uuid5(viewer.workspace.id, f"{viewer.user.id} {form.key}")
