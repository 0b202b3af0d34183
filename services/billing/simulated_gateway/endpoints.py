"""The simulator's pages, in place of a real provider's: to pay, and to save a method. Demo and tests only."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from secrets import token_urlsafe
from typing import Annotated, Any, Literal
from urllib.parse import parse_qsl, urlsplit

from fastapi import Depends, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.billing.gateways.choosing import PaymentsNotSetUp, gateway_of
from services.billing.gateways.port import DECLINED, Checkout, Setup
from services.billing.gateways.simulator.adapter import PaymentPageOver, SimulatedGateway
from services.billing.gateways.simulator.scripts import SCRIPTS
from services.billing.simulated_gateway.playing import Chosen, told_of_method, told_of_payment
from services.billing.simulated_gateway.telling import tell
from services.billing.simulated_gateway.words import CHARGES, METHODS, OUTCOMES, REASONS
from shared.auth import Router, public
from shared.clock import Now, RealNow
from shared.errors import BodyTooLarge, Invalid, Unavailable
from shared.events.billing import PaymentMethod
from shared.field_errors import field_error, of_pydantic
from shared.language import Localisation, choose_tag, formats, gettext, localised_for

router = Router("billing", "simulated-gateway")
pages = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined)
pages.globals |= {"_": gettext, "methods": METHODS, "reasons": REASONS, "outcomes": OUTCOMES, "charges": CHARGES}


class CheckoutAction(StrEnum):
    pay = "pay"
    decline = "decline"
    save = "save"


class CheckoutForm(BaseModel):
    model_config = ConfigDict(use_attribute_docstrings=True)

    method: PaymentMethod = "card"
    """How it is paid."""
    outcome: Annotated[str, Field(max_length=40)] = "approved"
    """The script that is played, now and later, or whenever a saved method is charged."""
    reason: Annotated[str, Field(max_length=100)] = DECLINED[0]
    """Why it is declined."""
    expires: Literal["later", "soon"] = "later"
    """Whether a saved card ends within a month."""
    verified: Literal["yes", "no"] = "yes"
    """Whether a saved account can be charged at once."""


async def _simulator(request: Request) -> SimulatedGateway:
    runtime = request.app.state.runtime
    gateway = gateway_of(runtime.settings, runtime.sessions, runtime.clock)
    if not isinstance(gateway, SimulatedGateway):
        raise PaymentsNotSetUp("This seller's payments are not simulated.")
    return gateway


Simulator = Annotated[SimulatedGateway, Depends(_simulator)]


@router.get(
    "/{secret}",
    guard=public("whoever has the sealed link may pay"),
    response_class=HTMLResponse,
    problems=(PaymentPageOver, PaymentsNotSetUp),
)
async def show_payment_page(secret: str, request: Request, gateway: Simulator, now: RealNow) -> HTMLResponse:
    """The page to pay or to save a method, in the language that the browser asks for."""
    asked = gateway.open_page(secret, now=now)
    nonce = token_urlsafe(16)
    reader = Localisation(choose_tag(request.headers.get("accept-language", "")))
    with localised_for(reader):
        shown: dict[str, Any] = {"asked": asked, "secret": secret, "nonce": nonce, "reader": reader}
        if isinstance(asked, Checkout):
            shown["amount"] = formats.money(asked.amount_minor, asked.currency)
        page = pages.get_template("pay.html" if isinstance(asked, Checkout) else "save.html").render(shown)
    return HTMLResponse(page, headers=_headers(asked, nonce))


@router.post(
    "/{secret}/{choice}",
    guard=public("whoever has the sealed link may pay"),
    status_code=303,
    response_class=RedirectResponse,
    problems=(PaymentPageOver, PaymentsNotSetUp, Invalid, BodyTooLarge),
)
async def choose(
    secret: str, choice: CheckoutAction, request: Request, gateway: Simulator, now: RealNow, today: Now
) -> Response:
    """Tell the outcome by a signed callback, now or later, then send the person back. The body is the page's form; it
    may be empty."""
    asked = gateway.open_page(secret, now=now)
    chosen = _read_form(await request.body(), choice)
    event = await _play(gateway, asked, chosen, today)
    if event is not None and not await tell(request.app, gateway, event, now):
        raise Unavailable("The payment could not be told to the seller. Press the button again.", retry_after=2)
    return RedirectResponse(asked.return_url, 303)


async def _play(gateway: SimulatedGateway, asked: Checkout | Setup, chosen: Chosen, today: datetime) -> Any:
    if isinstance(asked, Setup):
        return told_of_method(asked, chosen, today.date())
    return await told_of_payment(gateway, asked, chosen, today)


def _read_form(body: bytes, choice: CheckoutAction) -> Chosen:
    try:
        form = CheckoutForm.model_validate(dict(parse_qsl(body.decode(errors="replace"))))
    except ValidationError as wrong:
        raise Invalid("Some fields are not valid.", errors=of_pydantic(wrong.errors())) from None
    if form.outcome not in SCRIPTS:
        wrong_outcome = [field_error("/outcome", "not_a_choice", "must be a script of the simulator")]
        raise Invalid("Some fields are not valid.", errors=wrong_outcome)
    declined = choice == CheckoutAction.decline
    return Chosen(form.outcome, form.reason if declined else None, form.method, form.expires == "soon",
                  form.verified == "yes")  # fmt: skip


def _headers(asked: Checkout | Setup, nonce: str) -> dict[str, str]:
    home = urlsplit(asked.return_url)
    policy = (
        f"default-src 'none'; style-src 'nonce-{nonce}'; frame-ancestors 'none'; base-uri 'none';"
        f" form-action 'self' {home.scheme}://{home.netloc}"
    )
    # Not "no-referrer": it makes browsers send "Origin: null", which the portal rejects.
    return {"Content-Security-Policy": policy, "Cache-Control": "no-store", "Referrer-Policy": "strict-origin"}
