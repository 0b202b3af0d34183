"""What the invited person answers: joining, after they have proven their mailbox (S09), or declining."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.grants.locks import lock_person, lock_workspace
from services.identity.grants.models import OF_LOCATION, Grant
from services.identity.grants.service import find_membership, give_grant
from services.identity.holders.slots import PRIMARY
from services.identity.invitations.models import Invitation, InvitationSecret, InvitationState
from services.identity.invitations.service import find_secret, spent
from services.identity.invitations.status import refresh_status
from services.identity.locations.models import Location
from services.identity.locations.service import open_locations
from services.identity.people.models import User
from services.identity.people.preferences import UNKNOWN, Preferences
from services.identity.people.service import actor_of, find_user, lock_address, register
from services.identity.workspaces.models import Workspace
from services.identity.workspaces.scope import set_actor, workspace_fields
from services.identity.workspaces.service import connect
from shared.addresses import address_key
from shared.events.identity import InvitationAccepted, InvitationDeclined
from shared.outbox import emit
from shared.scope import acting_in


async def accept_proven(
    session: AsyncSession,
    invitation_id: UUID,
    workspace_id: UUID,
    address: str,
    now: datetime,
    real_now: datetime,
    preferences: Preferences = UNKNOWN,
) -> User:
    """Accept an invitation for the person who has proven ``address``. A new person is registered, with what
    their browser says; the first one connects the workspace (L12, L5). An existing role is kept (D16). Raises
    `InvitationSpent`."""
    await lock_address(session, address)
    async with acting_in(session, workspace_id):
        return await _join(session, invitation_id, workspace_id, address, now, real_now, preferences)


async def _join(
    session: AsyncSession,
    invitation_id: UUID,
    workspace_id: UUID,
    address: str,
    now: datetime,
    real_now: datetime,
    preferences: Preferences,
) -> User:
    workspace = await lock_workspace(session, workspace_id)
    invitation = await session.get_one(Invitation, invitation_id)
    user = await register(session, invitation.address, invitation.display_name, workspace, now, preferences)
    await lock_person(session, user.id)  # before the invitation's row, which whoever removes this person may hold
    await _accept(session, invitation, address, real_now)
    set_actor(session, actor_of(user))
    if invitation.location_ids:
        await _let_into_locations(session, invitation, user, workspace, now)
    elif await find_membership(session, user.id, workspace.id) is None:
        is_first = workspace.connected_at is None and invitation.role == "admin"
        await give_grant(
            session, user.id, workspace, invitation.role, "invitation", now, let_in_by=invitation.invited_by,
            holder=PRIMARY if is_first else None,
        )  # fmt: skip
    accepted = InvitationAccepted(
        **workspace_fields(workspace),
        invitation_id=invitation.id,
        role=invitation.role,
        user_id=user.id,
        subject_version=2,
    )
    await emit(session, accepted)
    if workspace.connected_at is None and not invitation.location_ids:
        await connect(session, workspace, now)
    await session.flush()
    await refresh_status(session, workspace)
    return user


async def _let_into_locations(
    session: AsyncSession, invitation: Invitation, user: User, workspace: Workspace, now: datetime
) -> None:
    """Give the person the locations of an invitation that are still open, and that have the address on file to which it
    was sent. Raises `InvitationSpent` where none is. Who is a user of the whole workspace sees them already."""
    found = await open_locations(session, workspace.id, invitation.location_ids)
    places = [each for each in found if not invitation.on_file or is_on_file(each, invitation)]
    if not places:
        raise spent(invitation)
    if await find_membership(session, user.id, workspace.id):
        return
    mine = select(Grant.location_id).where(Grant.user_id == user.id, Grant.workspace_id == workspace.id)
    held = set(await session.scalars(mine.where(Grant.source == OF_LOCATION)))
    for place in places:
        if place.id not in held:
            await give_grant(
                session, user.id, workspace, invitation.role, OF_LOCATION, now, place.bill_group_id,
                let_in_by=invitation.invited_by, location_id=place.id,
            )  # fmt: skip


def is_on_file(location: Location, invitation: Invitation) -> bool:
    """Whether the invitation went to the present address of the location."""
    return address_key(location.contact_address) == invitation.address_key


async def decline(session: AsyncSession, token: str, real_now: datetime) -> None:
    """End a pending invitation for whoever has its link, in the name of the person who has the address, if anybody has.
    Raises `InvitationSpent`."""
    secret = await find_secret(session, token)
    async with acting_in(session, secret.workspace_id):
        workspace = await lock_workspace(session, secret.workspace_id)
        invitation = await session.get_one(Invitation, secret.invitation_id)
        await _close(session, invitation, InvitationState.declined, real_now)
        if user := await find_user(session, invitation.address):
            set_actor(session, actor_of(user))
        declined = InvitationDeclined(
            **workspace_fields(workspace), invitation_id=invitation.id, role=invitation.role, subject_version=2
        )
        await emit(session, declined)
        await refresh_status(session, workspace)


async def _close(session: AsyncSession, invitation: Invitation, state: InvitationState, real_now: datetime) -> None:
    """Close a pending invitation. Of concurrent answers, exactly one succeeds (S10)."""
    pending = (
        update(Invitation)
        .where(Invitation.id == invitation.id)
        .where(Invitation.state == InvitationState.pending, Invitation.expires_at > real_now)
        .values(state=state)
        .returning(Invitation.id)
    )
    if await session.scalar(pending) is None:
        await session.refresh(invitation)
        raise spent(invitation)


async def _accept(session: AsyncSession, invitation: Invitation, address: str, real_now: datetime) -> None:
    if invitation.address_key != address_key(address):
        raise spent(invitation)
    await _close(session, invitation, InvitationState.accepted, real_now)
    links = update(InvitationSecret).where(InvitationSecret.invitation_id == invitation.id)
    await session.execute(links.values(accepted=True))
