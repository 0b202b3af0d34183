"""Limits of invitations: mails to one mailbox, over all workspaces, and open invitations of one workspace."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.invitations.models import Invitation, InvitationSecret, InvitationState
from services.identity.settings import Settings
from shared.errors import Conflict
from shared.one_at_a_time import one_at_a_time

DAY = timedelta(days=1)
LIFETIME = timedelta(days=7)


class NotToday(Conflict):
    """No further invitation can be sent to this address for now. A mailbox gets a limited number of them in a day."""

    title = "This address cannot be invited today"


class TooManyOpen(Conflict):
    """This workspace has too many invitations that nobody has accepted: pending ones, and all of the last day."""

    title = "Too many open invitations"


async def refuse_too_many(
    session: AsyncSession, settings: Settings, workspace_id: UUID, address_key: str, real_now: datetime
) -> None:
    """Raise `TooManyOpen` or `NotToday` if another invitation would be one too many. Requires the workspace's lock and
    scope, in which only its own invitations are visible; mails to a mailbox are counted by the links in them."""
    open_or_new = or_(Invitation.state == InvitationState.pending, Invitation.sent_at > real_now - DAY)
    unaccepted = select(func.count()).where(
        Invitation.workspace_id == workspace_id,
        Invitation.sent_at > real_now - LIFETIME,
        Invitation.state != InvitationState.accepted,
        open_or_new,
    )
    if (await session.scalar(unaccepted) or 0) >= settings.open_invitations:
        raise TooManyOpen(
            f"{settings.open_invitations} invitations of this workspace are open or were sent within a day. Take back"
            " those that are not needed, and try again tomorrow."
        )
    await one_at_a_time(session, f"invitations to {address_key}")
    mails = select(func.count()).where(
        InvitationSecret.address_key == address_key,
        InvitationSecret.sent_at > real_now - DAY,
        ~InvitationSecret.accepted,
    )
    if (await session.scalar(mails) or 0) >= settings.invitations_per_mailbox:
        # The same words whoever sent them: nobody learns of another workspace's invitations.
        raise NotToday("This address cannot be invited again today. Try again tomorrow.")
