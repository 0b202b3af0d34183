"""/invite: shows who invites, to which workspace, with which role. Accepting proves the mailbox with a code, unless its
owner is signed in (L12)."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.browser import PendingSignIn, browser_of
from services.portal.clients import Refused
from services.portal.forms import read_form
from services.portal.invitations.views import DeclinedInvitation, InvitationPage, UnusableInvitation
from services.portal.localising import said_by_browser
from services.portal.rendering import page, see_other
from services.portal.runtime import runtime_of, services_for
from services.portal.seller_brands import brand_for_sign_in, show_brand
from services.portal.texts import Texts
from shared.language import gettext as _
from shared.language import mark

router = APIRouter()

NO_REFERRER = {"Referrer-Policy": "no-referrer"}


@router.get("/invite")
async def show_invitation(request: Request, t: str) -> Response:
    try:
        invitation = await services_for(request).identity.look_at_invitation(t)
    except Refused as refusal:
        await brand_for_sign_in(request)
        return _unusable(request, refusal.detail, 410)
    show_brand(request, invitation.brand, invitation.support_address)
    if invitation.state != "pending":
        why = SPENT.get(invitation.revoked_because or invitation.state, _("This invitation cannot be used any more."))
        return _unusable(request, why, 410)
    response = page(request, InvitationPage(invitation, t))
    response.headers.update(NO_REFERRER)
    return response


@router.post("/invite")
async def accept_invitation(request: Request) -> Response:
    form, browser, identity = await read_form(request), browser_of(request), services_for(request).identity
    try:
        invitation = await identity.look_at_invitation(form.value("t"))
        show_brand(request, invitation.brand, invitation.support_address)
        said = said_by_browser(request)
        answer = await identity.accept_invitation(form.value("t"), browser.nonce, browser.session, said.locale)
    except Refused as refusal:
        if refusal.status == 429:  # the invitation is good; it is the mail with the code that has to wait
            raise
        return _unusable(request, refusal.detail, refusal.status)
    if answer.state == "accepted":
        browser.say(_("You have joined %(company)s.", company=invitation.workspace.display_name))
        return see_other("/")
    assert answer.challenge_id is not None
    browser.pending = PendingSignIn(
        challenge_id=answer.challenge_id,
        address=invitation.address_hint,
        sent_at=runtime_of(request).clock.real_now(),
        joining=invitation.workspace.display_name,
    )
    return see_other("/sign-in/check")


@router.post("/invite/decline")
async def decline_invitation(request: Request) -> Response:
    form, identity = await read_form(request), services_for(request).identity
    try:
        invitation = await identity.look_at_invitation(form.value("t"))
        show_brand(request, invitation.brand, invitation.support_address)
        await identity.decline_invitation(form.value("t"))
    except Refused as refusal:
        return _unusable(request, refusal.detail, refusal.status)
    response = page(request, DeclinedInvitation(invitation.workspace.display_name))
    response.headers.update(NO_REFERRER)
    return response


SPENT = Texts(
    {
        "accepted": mark("This invitation was accepted already. Sign in with the address it was sent to."),
        "revoked": mark("This invitation was taken back. Ask for a new one if that was a mistake."),
        "replaced": mark("A newer invitation was sent. Only the newest link works."),
        "inviter_lost_access": mark(
            "Whoever sent this invitation may not invite people to this workspace any more. Ask somebody else there for"
            " a new one."
        ),
        "expired": mark("This invitation has expired. Ask for a new one."),
        "declined": mark("This invitation was declined. Ask for a new one if that was a mistake."),
    }
)


def _unusable(request: Request, detail: str, status: int) -> Response:
    response = page(request, UnusableInvitation(detail), status)
    response.headers.update(NO_REFERRER)
    return response
