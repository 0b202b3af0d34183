"""Confirming an invitation after following its link."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.access_requests.asking import close_joined
from services.identity.invitations.accepting import accept_proven
from services.identity.invitations.models import Invitation, InvitationState
from services.identity.invitations.service import find_secret, spent
from services.identity.people.models import User
from services.identity.sessions.models import BrowserSession
from services.identity.sessions.refusals import SessionOver
from services.identity.sessions.service import find_live_session, move_to
from services.identity.settings import Settings
from services.identity.sign_in_challenges.schemas import AcceptanceRead
from services.identity.sign_in_challenges.service import issue_challenge
from services.identity.workspaces.service import get_workspace
from shared.addresses import address_key
from shared.scope import acting_in


async def follow_invitation(
    session: AsyncSession,
    settings: Settings,
    token: str,
    browser: str,
    browser_session: str | None,
    locale: str | None,
    ip: str,
    now: datetime,
    real_now: datetime,
) -> AcceptanceRead:
    """Accept the invitation if this browser is signed in as the invited address. Otherwise send a code there, which
    completes it: the link alone proves nothing, because it may have been forwarded (S09)."""
    secret = await find_secret(session, token)
    async with acting_in(session, secret.workspace_id):
        invitation = await session.get_one(Invitation, secret.invitation_id)
    if invitation.state != InvitationState.pending or invitation.expires_at <= real_now:
        raise spent(invitation)
    own = await _signed_in_as(session, invitation, browser_session, real_now)
    if own is not None:
        await accept_proven(session, invitation.id, invitation.workspace_id, invitation.address, now, real_now)
        await close_joined(session, own.user_id, invitation.workspace_id, real_now)
        async with acting_in(session, secret.workspace_id):
            workspace = await get_workspace(session, secret.workspace_id)
        await move_to(session, own, workspace)
        return AcceptanceRead(state="accepted")
    challenge = await issue_challenge(
        session, settings, invitation.address, browser, locale, ip, real_now, (invitation.id, invitation.workspace_id)
    )
    return AcceptanceRead(state="code_sent", challenge_id=challenge.id)


async def _signed_in_as(
    session: AsyncSession, invitation: Invitation, secret: str | None, real_now: datetime
) -> BrowserSession | None:
    """The browser's session, if it belongs to the invited person."""
    if secret is None:
        return None
    try:
        found = await find_live_session(session, secret, real_now)
    except SessionOver:
        return None
    user = await session.get_one(User, found.user_id)
    return found if user.address_key == address_key(invitation.address) else None
