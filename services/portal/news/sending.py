"""Sending news: trying them out, sending them now or at a time, taking them back, and stopping them."""

from datetime import datetime, timedelta
from functools import partial
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.browser import browser_of
from services.portal.clients import Refused
from services.portal.forms import Form, read_form
from services.portal.news.pages import MANAGE, PATH, path_of, read_campaign
from services.portal.news.views import CampaignSending, CampaignStopping
from services.portal.rendering import back_with, page, see_other
from services.portal.sending import NOT_ANY_MORE, send_button
from services.portal.viewer import InWorkspace, Viewer
from shared.language import current_localisation, formats
from shared.language import gettext as _

router = APIRouter()

LATER = "later"


@router.get(PATH + "/{campaign_id}/send")
async def ask_to_send(request: Request, viewer: InWorkspace, campaign_id: UUID) -> Response:
    """Says how many get it, before anything happens."""
    tomorrow = datetime.now(ZoneInfo(current_localisation().zone)) + timedelta(days=1)
    return await _sending(request, viewer, campaign_id, Form({"day": tomorrow.date().isoformat(), "time": "09:00"}))


@router.post(PATH + "/{campaign_id}/send")
async def send(request: Request, viewer: InWorkspace, campaign_id: UUID) -> Response:
    form = await read_form(request)
    try:
        at = _moment(form) if form.value("when") == LATER else None
    except ValueError:
        objected = form.objected("day", _("Choose a day and a time."))
        return await _sending(request, viewer, campaign_id, objected, 422)
    try:
        await viewer.services.notifications.schedule_campaign(campaign_id, form.version("version"), at)
    except Refused as refusal:
        if refusal.status == 422:
            objected = form.objected("day", _("Choose a later time, within a year."))
            return await _sending(request, viewer, campaign_id, objected, 422)
        return back_with(request, refusal, path_of(viewer, campaign_id), 409)
    said = _("It is sent from %(moment)s on.", moment=formats.stamp(at)) if at else _("It is being sent.")
    browser_of(request).say(said)
    return see_other(path_of(viewer, campaign_id))


def _moment(form: Form) -> datetime:
    """A day and an hour of the reader's time zone. Raises ValueError."""
    named = datetime.fromisoformat(f"{form.value('day')}T{form.value('time')}")
    if named.tzinfo is not None:
        raise ValueError("a zone of its own")
    return named.replace(tzinfo=ZoneInfo(current_localisation().zone))


async def _sending(request: Request, viewer: Viewer, campaign_id: UUID, form: Form, status: int = 200) -> Response:
    viewer.require(MANAGE)
    campaign = await read_campaign(viewer, campaign_id)
    audience = await viewer.services.notifications.audience(campaign_id)
    zone = current_localisation().zone
    return page(request, CampaignSending(campaign, audience, form, zone, path_of(viewer, campaign_id)), status)


@router.post(PATH + "/{campaign_id}/take-back")
async def take_back(request: Request, viewer: InWorkspace, campaign_id: UUID) -> Response:
    take = viewer.services.notifications.take_campaign_back
    said = _("It is a draft again, and is not sent.")
    return await send_button(request, lambda _key: take(campaign_id), said, path_of(viewer, campaign_id), (409,))


@router.get(PATH + "/{campaign_id}/stop")
async def ask_to_stop(request: Request, viewer: InWorkspace, campaign_id: UUID) -> Response:
    viewer.require(MANAGE)
    campaign = await read_campaign(viewer, campaign_id)
    return page(request, CampaignStopping(campaign, path_of(viewer, campaign_id)))


@router.post(PATH + "/{campaign_id}/stop")
async def stop(request: Request, viewer: InWorkspace, campaign_id: UUID) -> Response:
    end = viewer.services.notifications.stop_campaign
    said = _("It is stopped. Nothing more of it is sent.")
    return await send_button(request, lambda _key: end(campaign_id), said, path_of(viewer, campaign_id), (409,))


@router.post(PATH + "/{campaign_id}/test")
async def try_out(request: Request, viewer: InWorkspace, campaign_id: UUID) -> Response:
    act = partial(viewer.services.notifications.try_campaign_out, campaign_id)
    said = _("It is mailed to %(address)s.", address=viewer.user.address)
    return await send_button(request, act, said, path_of(viewer, campaign_id), (*NOT_ANY_MORE, 429))
