"""The links of invitations: each is mailed once, and only its digest is kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.invitations.models import Invitation, InvitationSecret
from services.identity.locations.service import open_locations
from services.identity.people.models import User
from services.identity.people.service import find_user
from services.identity.proofs import digest, new_token
from services.identity.secret_mail import SecretMailContent, link_to, send_secret_mail
from services.identity.settings import Settings
from services.identity.workspaces.models import Workspace

MOST_NAMED = 10
"""Locations that a mail names."""


@dataclass(frozen=True, slots=True)
class Right:
    """By which right an invitation is sent, as in `InvitationSecret`. All are None where the version before sent it."""

    invited_by: UUID | None
    invited_in: UUID | None
    invited_from: UUID | None


async def mail_link(
    session: AsyncSession, settings: Settings, workspace: Workspace, invitation: Invitation, right: Right,
    sent_at: datetime, *, reminder_id: UUID | None = None,
) -> None:  # fmt: skip
    """Mail a new link to an invitation, in its workspace's scope, as a reminder if that has an id. Links that were
    mailed before stay valid. In the invited person's own language where they are known, else in the workspace's."""
    token = new_token()
    secret = InvitationSecret(
        token_digest=digest(token),
        invitation_id=invitation.id,
        workspace_id=workspace.id,
        address_key=invitation.address_key,
        sent_at=sent_at,
        invited_by=right.invited_by,
        invited_in=right.invited_in,
        invited_from=right.invited_from,
    )
    session.add(secret)
    invited: User | None = await find_user(session, invitation.address)
    places = [each.display_name for each in await open_locations(session, workspace.id, invitation.location_ids)]
    link = link_to(settings.public_url, "invite", t=token)
    content = _letter(workspace, invitation, link, places, reminder=reminder_id is not None)
    await send_secret_mail(
        session,
        settings,
        "invitation",
        content,
        message_id=reminder_id or invitation.id,
        workspace_id=workspace.id,
        locale=(invited and invited.locale) or workspace.locale,
        time_zone=invited.time_zone if invited else None,
        ttl=invitation.expires_at - sent_at,
    )


def _letter(
    workspace: Workspace, invitation: Invitation, link: str, places: Sequence[str], *, reminder: bool
) -> SecretMailContent:
    return SecretMailContent(
        invitation.address,
        invitation.display_name,
        link,
        workspace.display_name,
        inviter=invitation.inviter,
        inviter_company=invitation.inviter_company,
        role=invitation.role,
        locations=tuple(places[:MOST_NAMED]),
        more_locations=max(len(places) - MOST_NAMED, 0),
        expires_at=invitation.expires_at.isoformat(),
        reminder=reminder,
    )
