"""What identity forgets of a person. Their id stays, as a pseudonym for what they did."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.access_requests.models import AccessRequest, AskedWorkspace
from services.identity.db import Base
from services.identity.invitations.models import Invitation, InvitationSecret
from services.identity.people.models import OwnDataDownload, User
from services.identity.sessions.models import BrowserSession
from services.identity.sign_in_challenges.models import SignInChallenge
from shared.erased_people import deeds_in, forget_deeds
from shared.scope import acting_in


async def forget(session: AsyncSession, user: User, places: Sequence[UUID], real_now: datetime) -> None:
    """Forget the person, whose access has ended. ``places``: the workspaces that have something of them. Requires the
    locks of all of them."""
    key = user.address_key
    for workspace_id in places:
        async with acting_in(session, workspace_id, user.id):
            invitations = update(Invitation).where(Invitation.workspace_id == workspace_id)
            nobody = {"address": "", "address_key": "", "display_name": ""}
            await session.execute(invitations.where(Invitation.address_key == key).values(nobody))
            await session.execute(invitations.where(Invitation.invited_by == user.id).values(inviter=""))
            asked = update(AccessRequest).where(AccessRequest.workspace_id == workspace_id)
            await session.execute(asked.where(AccessRequest.user_id == user.id).values(message=""))
    mailed = update(InvitationSecret).where(InvitationSecret.address_key == key)
    await session.execute(mailed.values(address_key=None))
    await session.execute(delete(AskedWorkspace).where(AskedWorkspace.user_id == user.id))
    await session.execute(delete(OwnDataDownload).where(OwnDataDownload.user_id == user.id))
    await session.execute(delete(SignInChallenge).where(SignInChallenge.address_key == key))
    await forget_deeds(session, deeds_in(Base.metadata), user.id)
    await session.execute(delete(BrowserSession).where(BrowserSession.user_id == user.id))
    nothing = {"address": "", "address_key": str(user.id), "display_name": "", "locale": None, "time_zone": None}
    for name, value in nothing.items():
        setattr(user, name, value)
    user.erased_at = real_now
    user.version += 1
    await session.flush()
