"""The simulator's payment page, in place of a real provider's. Demo and tests only."""

from enum import StrEnum
from pathlib import Path
from secrets import token_urlsafe
from typing import Annotated
from urllib.parse import parse_qsl, urlsplit

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.billing.payments.gateway import DECLINED, Checkout
from services.billing.payments.simulator import PaymentPageOver, PaymentsNotSetUp, gateway_of
from services.billing.settings import CurrentSettings
from services.billing.simulated_gateway.telling import Told, tell, tell_later
from services.billing.simulated_gateway.words import DELAYS, METHODS, REASONS
from shared.auth import Router, public
from shared.clock import RealNow
from shared.errors import BodyTooLarge, Invalid, Unavailable
from shared.events.billing import PaymentMethod
from shared.field_errors import of_pydantic
from shared.language import Localisation, choose_tag, formats, gettext, localised_for

router = Router("billing", "simulated-gateway")
pages = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined)
pages.globals |= {"_": gettext, "methods": METHODS, "reasons": REASONS, "delays": DELAYS}


class CheckoutAction(StrEnum):
    pay = "pay"
    decline = "decline"


class CheckoutForm(BaseModel):
    model_config = ConfigDict(use_attribute_docstrings=True)

    method: PaymentMethod = "card"
    """How it is paid."""
    after_seconds: Annotated[int, Field(ge=0, le=600)] = 0
    """If not 0, the payment is processed first, and its outcome is told so much later."""
    reason: Annotated[str, Field(max_length=100)] = DECLINED[0]
    """Why it is declined."""


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
    problems=(PaymentPageOver, PaymentsNotSetUp, Invalid, BodyTooLarge),
)
async def choose(
    secret: str,
    choice: CheckoutAction,
    request: Request,
    settings: CurrentSettings,
    now: RealNow,
) -> Response:
    """Report the outcome by a signed callback, now or later, then redirect the person to the return URL. The body is
    the page's form, with ``method``, ``after_seconds`` and ``reason``; it may be empty."""
    gateway = gateway_of(settings)
    checkout = gateway.open_page(secret, now=now)
    form = _read_form(await request.body())
    told = Told(checkout, "succeeded" if choice == CheckoutAction.pay else "failed", form.method, form.reason)
    first = told if form.after_seconds == 0 else told.processing
    if not await tell(request.app, gateway, first, now):
        raise Unavailable("The payment could not be told to the seller. Press the button again.", retry_after=2)
    if form.after_seconds:
        tell_later(request.app, gateway, told, form.after_seconds)
    return RedirectResponse(checkout.return_url, 303)


def _read_form(body: bytes) -> CheckoutForm:
    try:
        return CheckoutForm.model_validate(dict(parse_qsl(body.decode(errors="replace"))))
    except ValidationError as wrong:
        raise Invalid("Some fields are not valid.", errors=of_pydantic(wrong.errors())) from None


def _headers(checkout: Checkout, nonce: str) -> dict[str, str]:
    home = urlsplit(checkout.return_url)
    policy = (
        f"default-src 'none'; style-src 'nonce-{nonce}'; frame-ancestors 'none'; base-uri 'none';"
        f" form-action 'self' {home.scheme}://{home.netloc}"
    )
    # Not "no-referrer": it makes browsers send "Origin: null", which the portal rejects.
    return {"Content-Security-Policy": policy, "Cache-Control": "no-store", "Referrer-Policy": "strict-origin"}
