"""Every mail as it is sent, about made-up data: for the provider's admins and regular users."""

import asyncio
import json
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, Response
from starlette.exceptions import HTTPException

from services.portal.clients import Refused
from services.portal.clients.notifications import MailSample, MailSampleSummary
from services.portal.mail_frames import IN_FRAME, Tag, asked_tag, framing, tags_beside
from services.portal.mails.views import MailList, MailPage
from services.portal.rendering import page
from services.portal.viewer import InWorkspace, Viewer
from services.portal.vocabulary import MAIL_POLICIES
from shared.language import gettext as _

router = APIRouter()

PATH = "/w/{slug}/mails"
PERMISSION = "mail.preview"


async def staff(viewer: InWorkspace) -> Viewer:
    if not viewer.may(PERMISSION):
        detail = _("What mails look like is shown to admins and regular users of the provider.")
        raise Refused(403, "forbidden", _("Not allowed"), detail)
    return viewer


Staff = Annotated[Viewer, Depends(staff)]
Case = Annotated[str, Query(max_length=50)]
"""Which case of the mail; empty: the usual one."""


async def _samples(viewer: Viewer) -> list[MailSampleSummary]:
    """All mails, described in the reader's language."""
    return (await viewer.services.notifications.mail_samples(locale=asked_tag())).items


async def _sample(viewer: Viewer, topic: str, tag: str, case: str) -> MailSample:
    try:
        return await viewer.services.notifications.mail_sample(topic, locale=tag, case=case)
    except Refused as refusal:
        if refusal.status in (404, 422):
            raise HTTPException(404) from refusal
        raise


@router.get(PATH)
async def mails(request: Request, viewer: Staff) -> Response:
    return page(request, MailList(await _samples(viewer), MAIL_POLICIES))


@router.get(PATH + "/{topic}")
async def mail(request: Request, viewer: Staff, topic: str, tag: Tag, case: Case = "") -> Response:
    shown, all_ = await asyncio.gather(_sample(viewer, topic, tag, case), _samples(viewer))
    described = {each.topic: each for each in all_}[topic]
    facts = json.dumps(shown.facts, indent=2, ensure_ascii=False)
    return framing(page(request, MailPage(shown, described, tag, tags_beside(tag), facts, MAIL_POLICIES)))


@router.get(PATH + "/{topic}/content")
async def mail_content(request: Request, viewer: Staff, topic: str, tag: Tag, case: Case = "") -> Response:
    """The mail itself, for the frame of its page. It is a page of its own, which may do nothing at all."""
    shown = await _sample(viewer, topic, tag, case)
    return HTMLResponse(shown.html, headers=IN_FRAME)
