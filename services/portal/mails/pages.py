"""Every mail as it is sent, about made-up data: for the provider's admins and regular users."""

import asyncio
import json
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, Response
from starlette.exceptions import HTTPException

from services.portal.clients import Refused
from services.portal.clients.notifications import MailSample, MailSampleSummary
from services.portal.mails.views import MailList, MailPage
from services.portal.rendering import page
from services.portal.viewer import InWorkspace, Viewer
from services.portal.vocabulary import MAIL_POLICIES
from shared.language import DEFAULT_TAG, LANGUAGES, TAGS, choose_tag, current_localisation, language_of
from shared.language import gettext as _

router = APIRouter()

PATH = "/w/{slug}/mails"
PERMISSION = "mail.preview"
IN_FRAME = {
    # A mail has its styles in its elements. They run nothing, and whatever could run, load or lead away is forbidden.
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'self'",
    "X-Frame-Options": "SAMEORIGIN",
}


async def staff(viewer: InWorkspace) -> Viewer:
    if not viewer.may(PERMISSION):
        detail = _("What mails look like is shown to admins and regular users of the provider.")
        raise Refused(403, "forbidden", _("Not allowed"), detail)
    return viewer


def asked_tag(locale: Annotated[str, Query(max_length=35)] = "") -> str:
    """The language that was asked for, else the reader's."""
    tag = locale if locale in TAGS else current_localisation().tag
    return tag if tag in TAGS else DEFAULT_TAG


Staff = Annotated[Viewer, Depends(staff)]
Tag = Annotated[str, Depends(asked_tag)]
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
    response = page(request, MailPage(shown, described, tag, _tags(tag), facts, MAIL_POLICIES))
    response.headers["Content-Security-Policy"] += "; frame-src 'self'"
    return response


def _tags(tag: str) -> dict[str, str]:
    """A region of each language by its name, the one that is shown included."""
    own = {language_of(tag): tag}
    return {name: own.get(language) or choose_tag(language) for language, name in LANGUAGES.items()}


@router.get(PATH + "/{topic}/content")
async def mail_content(request: Request, viewer: Staff, topic: str, tag: Tag, case: Case = "") -> Response:
    """The mail itself, for the frame of its page. It is a page of its own, which may do nothing at all."""
    shown = await _sample(viewer, topic, tag, case)
    return HTMLResponse(shown.html, headers=IN_FRAME)
