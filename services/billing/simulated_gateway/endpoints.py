"""The simulator's payment page, in place of a real provider's. Demo and tests only."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from secrets import token_urlsafe
from urllib.parse import urlsplit

import httpx
from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from services.billing.payments.gateway import Checkout
from services.billing.payments.simulator import (
    SIGNATURE_HEADER,
    PaymentPageOver,
    PaymentsNotSetUp,
    SimulatedGateway,
    gateway_of,
)
from services.billing.settings import CurrentSettings
from shared.auth import Router, public
from shared.clock import RealNow
from shared.errors import Unavailable
from shared.language import Localisation, choose_tag, formats, gettext, localised_for

router = Router("billing", "simulated-gateway")
pages = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined)
pages.globals["_"] = gettext


class CheckoutAction(StrEnum):
    pay = "pay"
    decline = "decline"


@router.get(
    "/{secret}",
    guard=public("whoever has the sealed link may pay"),
    response_class=HTMLResponse,
    problems=(PaymentPageOver, PaymentsNotSetUp),
)
async def show_payment_page(secret: str, request: Request, settings: CurrentSettings, now: RealNow) -> HTMLResponse:
    """The payment page, in the language that the browser asks for."""
    checkout = gateway_of(settings).open_page(secret, now=now)
    nonce = token_urlsafe(16)
    reader = Localisation(choose_tag(request.headers.get("accept-language", "")))
    with localised_for(reader):
        amount = formats.money(checkout.amount_minor, checkout.currency)
        page = pages.get_template("page.html").render(
            checkout=checkout, amount=amount, secret=secret, nonce=nonce, reader=reader
        )
    return HTMLResponse(page, headers=_headers(checkout, nonce))


@router.post(
    "/{secret}/{choice}",
    guard=public("whoever has the sealed link may pay"),
    status_code=303,
    response_class=RedirectResponse,
    problems=(PaymentPageOver, PaymentsNotSetUp),
)
async def choose(
    secret: str, choice: CheckoutAction, request: Request, settings: CurrentSettings, now: RealNow
) -> Response:
    """Report the outcome by a signed callback, then redirect the person to the return URL."""
    gateway = gateway_of(settings)
    checkout = gateway.open_page(secret, now=now)
    await _call_back(request.app, gateway, checkout, choice, now)
    return RedirectResponse(checkout.return_url, 303)


async def _call_back(
    app: FastAPI, gateway: SimulatedGateway, checkout: Checkout, choice: CheckoutAction, now: datetime
) -> None:
    """Send a complete HTTP request to our own endpoint, as a provider would, only without the network."""
    body, signature = gateway.write_event(checkout, "succeeded" if choice == CheckoutAction.pay else "failed", now=now)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://billing") as http:
        headers = {SIGNATURE_HEADER: signature, "Content-Type": "application/json"}
        answer = await http.post("/api/billing/gateway-events", content=body, headers=headers)
    if answer.status_code not in (204, 409):  # 409: the payment already has an outcome
        raise Unavailable("The payment could not be told to the seller. Press the button again.", retry_after=2)


def _headers(checkout: Checkout, nonce: str) -> dict[str, str]:
    home = urlsplit(checkout.return_url)
    policy = (
        f"default-src 'none'; style-src 'nonce-{nonce}'; frame-ancestors 'none'; base-uri 'none';"
        f" form-action 'self' {home.scheme}://{home.netloc}"
    )
    # Not "no-referrer": it makes browsers send "Origin: null", which the portal rejects.
    return {"Content-Security-Policy": policy, "Cache-Control": "no-store", "Referrer-Policy": "strict-origin"}
