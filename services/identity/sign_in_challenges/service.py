"""Signing in without a password: a link and a code by mail, valid once and for ten minutes (D19, O42, O43)."""

import hmac
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.access_requests.asking import close_joined
from services.identity.access_rules.visitors import admit
from services.identity.branding.schemas import SellerShownRead
from services.identity.branding.sellers import show_seller
from services.identity.invitations.accepting import accept_proven
from services.identity.people.service import find_user
from services.identity.portals.models import Portal
from services.identity.proofs import digest
from services.identity.sessions.devices import Device
from services.identity.sessions.service import OpenedSession, open_session
from services.identity.settings import Settings
from services.identity.sign_in_challenges.codes import check_code, locked, refuse_if_closed
from services.identity.sign_in_challenges.limits import refuse_too_many
from services.identity.sign_in_challenges.models import ChallengeState, SignInChallenge
from services.identity.sign_in_challenges.networks import UNKNOWN, network_of
from shared.addresses import address_key
from shared.errors import Conflict, Gone
from shared.waking import wake

LIFETIME = timedelta(minutes=10)


class ChallengeSpent(Gone):
    """The link or code was used, has expired, is unknown, or the same browser has asked for a newer one."""

    title = "This link or code is no longer valid"


class CodeNeeded(Conflict):
    """The link was opened in another browser than the one that requested it. Enter the code from the mail too."""

    title = "Enter the code from the mail"


async def show_seller_of(session: AsyncSession, challenge_id: UUID) -> SellerShownRead:
    """Whoever sells to the workspace that a challenge leads to; the provider's where it leads to any, or is unknown."""
    found = await session.get(SignInChallenge, challenge_id)
    known = found and (found.bill_group_workspace_id or found.invitation_workspace_id)
    return await show_seller(session, known or None)


async def issue_challenge(
    session: AsyncSession,
    settings: Settings,
    address: str,
    browser: str,
    locale: str | None,
    ip: str,
    real_now: datetime,
    invitation: tuple[UUID, UUID] | None = None,
    return_to: str | None = None,
    portal: Portal | None = None,
) -> SignInChallenge:
    """Create a challenge, which a job mails outside this request. ``invitation`` is the id and workspace of the
    invitation that the proof accepts, ``portal`` that of the bill group whose visitor signs in. It replaces those for
    the same purpose, address and browser. Raises `TooManySignIns`."""
    key, network = address_key(address), network_of(ip)
    await refuse_too_many(session, settings, key, network, real_now)  # which locks the address
    invitation_id, workspace_id = invitation or (None, None)
    visited = (portal.bill_group_id, portal.workspace_id) if portal else (None, None)
    older = (
        update(SignInChallenge)
        .where(SignInChallenge.address_key == key, SignInChallenge.browser_digest == digest(browser))
        .where(SignInChallenge.invitation_id.is_not_distinct_from(invitation_id))
        .where(SignInChallenge.bill_group_id.is_not_distinct_from(visited[0]))
        .where(SignInChallenge.state == ChallengeState.issued)
    )
    await session.execute(older.values(state=ChallengeState.replaced))
    challenge = SignInChallenge(
        address=address, address_key=key, network=network, browser_digest=digest(browser), locale=locale,
        return_to=return_to, invitation_id=invitation_id, invitation_workspace_id=workspace_id,
        bill_group_id=visited[0], bill_group_workspace_id=visited[1], created_at=real_now,
        expires_at=real_now + LIFETIME,
    )  # fmt: skip
    session.add(challenge)
    await session.flush()
    await wake(session, SignInChallenge.__tablename__)
    return challenge


async def redeem_challenge(
    session: AsyncSession,
    settings: Settings,
    challenge_id: UUID,
    browser: str,
    token: str | None,
    code: str | None,
    device: Device,
    now: datetime,
    real_now: datetime,
) -> OpenedSession:
    """Exchange a proof for a session. The requesting browser needs the link or the code, any other browser both.

    Raises `ChallengeSpent`, `ChallengeLocked`, `CodesClosed`, `CodeNeeded` or `WrongCode`, and at a bill group's portal
    `PortalClosed` or `NotAdmitted`."""
    challenge = await session.get(SignInChallenge, challenge_id)
    if challenge is None or challenge.token_digest is None or challenge.expires_at <= real_now:
        raise _spent()
    has_link = token is not None and hmac.compare_digest(digest(token), challenge.token_digest)
    if (token is not None and not has_link) or challenge.state in (ChallengeState.used, ChallengeState.replaced):
        raise _spent()
    same_browser = hmac.compare_digest(digest(browser), challenge.browser_digest)
    if not same_browser and not has_link:
        raise _spent()
    if challenge.state == ChallengeState.locked:
        raise locked()
    by_code = not (same_browser and has_link)
    if by_code and code is None:
        await refuse_if_closed(session, settings, challenge, real_now)
        raise CodeNeeded("This is not the browser that asked to sign in. Enter the six digits from the mail.")
    if by_code and code is not None:
        await check_code(session, settings, challenge, code, real_now)
    await _use(session, challenge, real_now, asked_here=same_browser)
    opened = await _sign_in(session, settings, challenge, by_code=by_code, device=device, now=now, real_now=real_now)
    return replace(opened, return_to=challenge.return_to)


async def _use(session: AsyncSession, challenge: SignInChallenge, real_now: datetime, *, asked_here: bool) -> None:
    """Mark the challenge as used. Of concurrent redemptions, exactly one succeeds (S10). Whoever signs in with another
    browser than the one that asked may be elsewhere, so the network is not remembered as theirs."""
    unused = SignInChallenge.state == ChallengeState.issued, SignInChallenge.expires_at > real_now
    using = update(SignInChallenge).where(SignInChallenge.id == challenge.id, *unused)
    elsewhere = {} if asked_here else {"network": UNKNOWN}
    using = using.values(state=ChallengeState.used, **elsewhere).execution_options(synchronize_session=False)
    if (await session.execute(using.returning(SignInChallenge.id))).first() is None:
        await session.refresh(challenge)
        raise locked() if challenge.state == ChallengeState.locked else _spent()


async def _sign_in(
    session: AsyncSession,
    settings: Settings,
    challenge: SignInChallenge,
    *,
    by_code: bool,
    device: Device,
    now: datetime,
    real_now: datetime,
) -> OpenedSession:
    user, entry = await find_user(session, challenge.address), None
    joined = challenge.invitation_workspace_id or challenge.bill_group_workspace_id
    if challenge.invitation_id and challenge.invitation_workspace_id:
        invited = challenge.invitation_id, challenge.invitation_workspace_id, challenge.address
        user = await accept_proven(session, *invited, now, real_now, device.preferences)
        await close_joined(session, user.id, challenge.invitation_workspace_id, real_now)
    if challenge.bill_group_id and challenge.bill_group_workspace_id:
        visited = challenge.bill_group_workspace_id, challenge.bill_group_id, challenge.address
        user, entry = await admit(session, settings, *visited, device.preferences, now)
    if user is None:
        raise _spent()
    method: Literal["link", "code"] = "code" if by_code else "link"
    return await open_session(session, user, method, joined, device, now, real_now, entry)


def _spent() -> ChallengeSpent:
    return ChallengeSpent("This link or code was used or is too old. Use the newest mail, or ask for another one.")
