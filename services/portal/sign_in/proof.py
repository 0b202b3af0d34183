"""Handing a link's token or a code to identity, and reading its answer for the page."""

from dataclasses import dataclass
from uuid import UUID

from fastapi import Request

from services.portal.browser import browser_of
from services.portal.clients import Refused
from services.portal.forms import Form
from services.portal.runtime import services_for


@dataclass(frozen=True)
class Outcome:
    """``over``: this challenge cannot be used any more, only a new one helps."""

    form: Form
    status: int = 200
    signed_in: bool = False
    wants_code: bool = False
    over: bool = False


async def redeem(request: Request, challenge_id: UUID, form: Form, **proof: str) -> Outcome:
    browser = browser_of(request)
    try:
        answer = await services_for(request).identity.redeem(challenge_id, browser.nonce, **proof)
    except Refused as refusal:
        return _refused(form, refusal)
    browser.signed_in(answer.session)
    return Outcome(form, signed_in=True)


def code_of(form: Form) -> str:
    """The code as typed or pasted, without the spaces and hyphens that mail programs put in."""
    return "".join(letter for letter in form.value("code") if letter.isalnum())


def _refused(form: Form, refusal: Refused) -> Outcome:
    if refusal.kind == "code_needed":
        return Outcome(form, 200, wants_code=True)
    if refusal.kind == "wrong_code":
        left = refusal.extra.get("attempts_left")
        tries = "1 try is" if left == 1 else f"{left} tries are"
        return Outcome(form.objected("code", f"That is not the code in the mail. {tries} left."), 422)
    if refusal.kind in ("challenge_locked", "challenge_spent"):
        return Outcome(Form(form.values, message=refusal.detail), refusal.status, over=True)
    return Outcome(form.refused(refusal), 422)
