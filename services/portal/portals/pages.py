"""/p/{key}: signing in to the portal of a bill group. A mail goes to whom an access rule admits, and nobody is told
whether one went out. From the mail on it is the ordinary way of signing in."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from services.portal.browser import PendingSignIn, browser_of
from services.portal.clients import Refused, ServiceDown
from services.portal.forms import Form, read_form
from services.portal.localising import said_by_browser
from services.portal.portals.views import PortalSignIn
from services.portal.rendering import page, see_other
from services.portal.runtime import runtime_of, services_for
from services.portal.seller_brands import show_brand
from services.portal.sign_in.proof import NOT_POSSIBLE_NOW
from shared.language import gettext as _

router = APIRouter()

Key = Annotated[str, Path(max_length=64)]


@router.get("/p/{key}")
async def sign_in(request: Request, key: Key, address: str = "") -> Response:
    return await _ask_address(request, key, Form({"address": address}))


@router.post("/p/{key}")
async def send_sign_in_mail(request: Request, key: Key) -> Response:
    """The response is the same whether the address has access or not."""
    form, browser = await read_form(request), browser_of(request)
    address, locale = form.value("address"), said_by_browser(request).locale
    try:
        challenge = await services_for(request).identity.challenge(address, browser.nonce, locale, None, portal=key)
    except Refused as refusal:
        if refusal.kind == "portal_closed":
            return see_other(f"/p/{key}")
        return await _ask_address(request, key, form.refused(refusal), refusal.status)
    except ServiceDown:
        return await _ask_address(request, key, Form(form.values, message=_(NOT_POSSIBLE_NOW)), 503)
    now = runtime_of(request).clock.real_now()
    browser.pending = PendingSignIn(challenge_id=challenge.challenge_id, address=address, sent_at=now, portal=key)
    return see_other("/sign-in/check")


async def _ask_address(request: Request, key: str, form: Form, status: int = 200) -> Response:
    portal = await services_for(request).identity.look_at_portal(key)
    show_brand(request, portal.brand, portal.support_address)
    return page(request, PortalSignIn(portal, key, form), status)
