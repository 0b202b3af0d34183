"""Redeems a sign-in challenge at identity with a link's token or a code, and turns the answer into a page's state."""

from dataclasses import dataclass
from uuid import UUID

from fastapi import Request

from services.portal.browser import browser_of
from services.portal.clients import Refused, ServiceDown
from services.portal.forms import Form
from services.portal.localising import said_by_browser
from services.portal.runtime import services_for
from services.portal.security import local_path
from services.portal.sign_in.leaving import end_session
from shared.language import gettext as _
from shared.language import mark, ngettext

NOT_POSSIBLE_NOW = mark("Signing in is not possible just now. It usually works again within a minute; try it then.")


@dataclass(frozen=True)
class Redemption:
    """The result of redeeming. ``over``: this challenge cannot be used any more, and a new one is needed. ``closed``:
    no code is accepted for now, but the link works in the browser that asked for it. ``return_to``: the page that the
    person had wanted to open when they were asked to sign in."""

    form: Form
    status: int = 200
    signed_in: bool = False
    return_to: str = "/"
    wants_code: bool = False
    over: bool = False
    closed: bool = False


async def redeem(request: Request, challenge_id: UUID, form: Form, **proof: str) -> Redemption:
    browser = browser_of(request)
    try:
        answer = await services_for(request).identity.redeem(
            challenge_id, browser.nonce, browser.device, said_by_browser(request), **proof
        )
    except Refused as refusal:
        return _refused(form, refusal)
    except ServiceDown:
        return Redemption(Form(form.values, message=_(NOT_POSSIBLE_NOW)), 503)
    former = browser.session
    browser.signed_in(answer.session)
    if former:  # else it would stay open, with nobody who holds it
        await end_session(request, former)
    return Redemption(form, signed_in=True, return_to=local_path(answer.return_to))


def code_of(form: Form) -> str:
    """The code as typed or pasted, without the spaces and hyphens that mail programs add."""
    return "".join(letter for letter in form.value("code") if letter.isalnum())


def _refused(form: Form, refusal: Refused) -> Redemption:
    if refusal.kind == "code_needed":
        return Redemption(form, 200, wants_code=True)
    if refusal.kind == "wrong_code":
        said = ngettext(
            "That is not the code in the mail. %(num)s try is left.",
            "That is not the code in the mail. %(num)s tries are left.",
            refusal.extra["attempts_left"],
        )
        return Redemption(form.objected("code", said), 422)
    if refusal.kind == "codes_closed":
        return Redemption(Form(form.values, message=refusal.detail), refusal.status, closed=True)
    if refusal.kind in ("challenge_locked", "challenge_spent"):
        return Redemption(Form(form.values, message=refusal.detail), refusal.status, over=True)
    return Redemption(form.refused(refusal), 422)
