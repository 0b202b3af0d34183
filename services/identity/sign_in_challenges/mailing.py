"""Mails the secrets of challenges outside the request, so that response times do not reveal whether an address is known
(D19, S16)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.access_rules.visitors import is_admitted, name_of
from services.identity.invitations.models import Invitation
from services.identity.people.preferences import UNKNOWN, Preferences
from services.identity.people.service import find_user
from services.identity.proofs import code_digest, digest, new_code, new_token
from services.identity.secret_mail import SecretMailContent, link_to, send_secret_mail
from services.identity.settings import Settings
from services.identity.sign_in_challenges.limits import has_room
from services.identity.sign_in_challenges.models import SignInChallenge
from services.identity.sign_in_challenges.service import LIFETIME
from services.identity.workspaces.service import get_workspace
from shared.one_at_a_time import one_at_a_time
from shared.scope import acting_in

BATCH_SIZE = 20


async def mail_waiting_challenges(session: AsyncSession, settings: Settings, real_now: datetime) -> int:
    """Process a batch of challenges that are not mailed yet. Returns their number."""
    waiting = select(SignInChallenge).where(SignInChallenge.mailed_at.is_(None)).order_by(SignInChallenge.created_at)
    challenges = list(await session.scalars(waiting.limit(BATCH_SIZE).with_for_update(skip_locked=True)))
    for challenge in sorted(challenges, key=lambda each: (each.address_key, each.created_at)):
        # In one order, so that no two jobs wait for each other.
        await one_at_a_time(session, f"sign-in mails to {challenge.address_key}")
        challenge.mailed_at = real_now
        await _mail(session, settings, challenge, real_now)
    return len(challenges)


async def _mail(session: AsyncSession, settings: Settings, challenge: SignInChallenge, real_now: datetime) -> None:
    token, code = new_token(), new_code()
    challenge.token_digest, challenge.code_digest = digest(token), code_digest(challenge.id, code)
    await session.flush()
    recipient = await _recipient(session, settings, challenge)
    if recipient is None or not await has_room(session, settings, challenge, real_now):
        return
    challenge.sent_at = real_now
    async with acting_in(session, recipient.workspace_id):
        workspace = await get_workspace(session, recipient.workspace_id)
    link = link_to(settings.public_url, "sign-in/verify", c=str(challenge.id), t=token)
    content = SecretMailContent(recipient.address, recipient.display_name, link, workspace.display_name, code)
    await send_secret_mail(
        session,
        settings,
        "sign_in",
        content,
        message_id=challenge.id,
        workspace_id=workspace.id,
        locale=recipient.preferences.locale or challenge.locale,
        time_zone=recipient.preferences.time_zone,
        ttl=LIFETIME,
    )


@dataclass(frozen=True, slots=True)
class _Recipient:
    address: str
    """The stored one, never the typed one (S13), but for a visitor who is new."""
    display_name: str
    workspace_id: UUID
    preferences: Preferences = UNKNOWN


async def _recipient(session: AsyncSession, settings: Settings, challenge: SignInChallenge) -> _Recipient | None:
    user = await find_user(session, challenge.address)
    visited = challenge.bill_group_workspace_id
    if challenge.bill_group_id and visited:
        if not await is_admitted(session, settings, visited, challenge.bill_group_id, challenge.address):
            return None
        if user is None:
            return _Recipient(challenge.address, name_of(challenge.address), visited)
    if user is not None:
        workspace_id = challenge.invitation_workspace_id or visited or user.default_workspace_id
        return _Recipient(user.address, user.display_name, workspace_id, Preferences(user.locale, user.time_zone))
    if challenge.invitation_id is None:
        return None
    invitation = await session.get_one(Invitation, challenge.invitation_id)
    return _Recipient(invitation.address, invitation.display_name, invitation.workspace_id)
