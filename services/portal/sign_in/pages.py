"""Sign-in: an address, a mail, and the button behind its link or the code beside it (D19)."""

from datetime import datetime, timedelta
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.browser import PendingSignIn, browser_of
from services.portal.clients import Refused, ServiceDown
from services.portal.clients.identity import Challenge
from services.portal.forms import Form, read_form
from services.portal.localising import said_by_browser
from services.portal.rendering import page, see_other
from services.portal.runtime import runtime_of, services_for
from services.portal.security import local_path
from services.portal.seller_brands import brand_for_sign_in
from services.portal.sign_in.leaving import end_session
from services.portal.sign_in.proof import NOT_POSSIBLE_NOW, code_of, redeem
from services.portal.sign_in.views import CheckMail, SignInAddress, SignInLink
from shared.language import gettext as _

router = APIRouter()

RESEND_AFTER = timedelta(seconds=30)
LONGEST_RETURN = 2000
NO_REFERRER = {"Referrer-Policy": "no-referrer"}


@router.get("/sign-in")
async def sign_in(request: Request, return_to: str | None = None, address: str = "") -> Response:
    if browser_of(request).session:
        return see_other(local_path(return_to))
    await brand_for_sign_in(request)
    return _ask_address(request, Form({"address": address, "return_to": local_path(return_to)}))


@router.post("/sign-in")
async def send_sign_in_mail(request: Request) -> Response:
    """The response is the same whether the address is known or not."""
    form = await read_form(request)
    await brand_for_sign_in(request)
    browser, return_to = browser_of(request), _return_path(form.value("return_to"))
    try:
        challenge = await _challenge(request, form.value("address"), return_to)
    except Refused as refusal:
        return _ask_address(request, form.refused(refusal), refusal.status)
    except ServiceDown:
        return _ask_address(request, Form(form.values, message=_(NOT_POSSIBLE_NOW)), 503)
    browser.pending = PendingSignIn(
        challenge_id=challenge.challenge_id,
        address=form.value("address"),
        sent_at=_now(request),
        return_to=return_to,
    )
    return see_other("/sign-in/check")


@router.get("/sign-in/check")
async def check_mail(request: Request) -> Response:
    pending = browser_of(request).pending
    await brand_for_sign_in(request, pending.challenge_id if pending else None)
    return _check(request, pending, Form()) if pending else see_other("/sign-in")


@router.post("/sign-in/check")
async def sign_in_by_code(request: Request) -> Response:
    form, pending = await read_form(request), browser_of(request).pending
    await brand_for_sign_in(request, pending.challenge_id if pending else None)
    if pending is None:
        return see_other("/sign-in")
    outcome = await redeem(request, pending.challenge_id, form, code=code_of(form))
    if outcome.signed_in:
        return see_other(outcome.return_to)
    return _check(request, pending, outcome.form, outcome.status, over=outcome.over, closed=outcome.closed)


@router.post("/sign-in/resend")
async def resend(request: Request) -> Response:
    """Sends a new mail with a new link and code. Not for invitations: their own mail's link can be opened again."""
    browser = browser_of(request)
    pending = browser.pending
    if pending is None or pending.joining:
        return see_other("/sign-in")
    if _now(request) - pending.sent_at < RESEND_AFTER:
        browser.say(_("We have just sent one. Please wait half a minute before asking again."), "bad")
        return see_other("/sign-in/check")
    try:
        challenge = await _challenge(request, pending.address, pending.return_to, pending.portal)
    except ServiceDown:
        browser.say(_(NOT_POSSIBLE_NOW), "bad")
    except Refused as refusal:
        browser.say(refusal.detail, "bad")
        return see_other("/sign-in/check")
    browser.pending = pending.model_copy(update={"challenge_id": challenge.challenge_id, "sent_at": _now(request)})
    browser.say(_("We have sent another mail. Only its link and code work now."))
    return see_other("/sign-in/check")


@router.get("/sign-in/verify")
async def open_link(request: Request, c: UUID, t: str) -> Response:
    """Shows only a button: mail scanners open links, and must not redeem them."""
    await brand_for_sign_in(request, c)
    return _verify(request, Form({"c": str(c), "t": t}))


@router.post("/sign-in/verify")
async def sign_in_by_link(request: Request) -> Response:
    """Signs in the browser that asked for the mail; any other browser must also enter the code. Either goes on to the
    page that the person had wanted to open."""
    form = await read_form(request)
    try:
        challenge_id = UUID(form.value("c"))
    except ValueError:
        return see_other("/sign-in")
    await brand_for_sign_in(request, challenge_id)
    proof = {"token": form.value("t")} | ({"code": code_of(form)} if "code" in form.values else {})
    outcome = await redeem(request, challenge_id, form, **proof)
    if outcome.signed_in:
        return see_other(outcome.return_to)
    wants_code = outcome.wants_code or "code" in form.values
    state = {"wants_code": wants_code, "over": outcome.over, "closed": outcome.closed}
    return _verify(request, outcome.form, outcome.status, **state)


@router.post("/sign-out")
async def sign_out(request: Request) -> Response:
    browser = browser_of(request)
    if browser.session:
        await end_session(request, browser.session)
    browser.signed_out()
    browser.say(_("You are signed out."))
    return see_other("/sign-in")


async def _challenge(request: Request, address: str, return_to: str, portal: str | None = None) -> Challenge:
    """The challenge keeps the page to go to: the mail's link may be opened in another browser."""
    identity, browser = services_for(request).identity, browser_of(request)
    wanted = return_to if return_to != "/" else None
    return await identity.challenge(address, browser.nonce, said_by_browser(request).locale, wanted, portal)


def _return_path(wanted: str) -> str:
    """A longer one would fit neither the cookie nor the challenge."""
    return local_path(wanted) if len(wanted) <= LONGEST_RETURN else "/"


def _ask_address(request: Request, form: Form, status: int = 200) -> Response:
    return page(request, SignInAddress(form), status)


def _check(request: Request, pending: PendingSignIn, form: Form, status: int = 200, **state: bool) -> Response:
    wait = max(0, int((pending.sent_at + RESEND_AFTER - _now(request)).total_seconds()) + 1)
    return page(request, CheckMail(pending, form, wait, **state), status)


def _verify(request: Request, form: Form, status: int = 200, **state: bool) -> Response:
    pending = browser_of(request).pending
    again = f"/p/{pending.portal}" if pending and pending.portal else "/sign-in"
    response = page(request, SignInLink(form, again=again, **state), status)
    response.headers.update(NO_REFERRER)
    return response


def _now(request: Request) -> datetime:
    return runtime_of(request).clock.real_now()
