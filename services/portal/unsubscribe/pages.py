"""Switching off mails of a topic with the link of a mail, without signing in (RFC 8058). Opening the link changes
nothing, because scanners open links, too. Mail programs send the form by themselves: nothing redirects, and the token
alone says whose it is."""

from collections.abc import Awaitable
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from services.portal.clients import Refused
from services.portal.clients.notices import Subscription
from services.portal.rendering import page
from services.portal.runtime import services_for
from services.portal.seller_brands import brand_for_sign_in
from services.portal.unsubscribe.views import UnsubscribePage
from shared.language import current_localisation

router = APIRouter()

Token = Annotated[str, Query(alias="t", max_length=400)]


@router.get("/unsubscribe")
async def look(request: Request, token: Token = "") -> Response:
    notifications = services_for(request).notifications
    return await _answer(request, token, notifications.look_at_link(token, locale=current_localisation().tag))


@router.post("/unsubscribe")
async def switch_off(request: Request, token: Token = "") -> Response:
    return await _switch(request, token, wanted=False)


@router.post("/unsubscribe/undo")
async def switch_on(request: Request, token: Token = "") -> Response:
    return await _switch(request, token, wanted=True)


async def _switch(request: Request, token: str, *, wanted: bool) -> Response:
    notifications, tag = services_for(request).notifications, current_localisation().tag
    return await _answer(request, token, notifications.switch_by_link(token, wanted=wanted, locale=tag), done=True)


async def _answer(request: Request, token: str, asked: Awaitable[Subscription], *, done: bool = False) -> Response:
    await brand_for_sign_in(request)
    try:
        found = await asked
    except Refused as refusal:
        status = refusal.status if refusal.status in (404, 429) else 404
        return page(request, UnsubscribePage(None, "", done=False, message=refusal.detail), status)
    return page(request, UnsubscribePage(found, token, done))
