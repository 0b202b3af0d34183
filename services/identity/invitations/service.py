"""Invitations to a workspace."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.branding.sellers import show_seller
from services.identity.grants.service import find_membership
from services.identity.invitations.limits import LIFETIME, refuse_too_many
from services.identity.invitations.mailing import Right, mail_link
from services.identity.invitations.models import Invitation, InvitationSecret, InvitationState, RevokedBecause
from services.identity.invitations.schemas import InvitationLookRead, InvitedRead
from services.identity.invitations.status import WHOLE, refresh_status
from services.identity.locations.models import Location
from services.identity.locations.service import open_locations
from services.identity.people.models import User
from services.identity.people.service import find_user
from services.identity.proofs import digest
from services.identity.settings import Settings
from services.identity.workspaces.models import Workspace
from services.identity.workspaces.scope import workspace_fields
from services.identity.workspaces.service import get_workspace, refuse_closed
from shared.addresses import address_hint, address_key
from shared.auth import Access
from shared.errors import Conflict, Gone, NotFound
from shared.events import Via
from shared.events.identity import InvitationRevoked, InvitationSent
from shared.outbox import emit
from shared.scope import acting_in


class AlreadyMember(Conflict):
    """The person is a user of this workspace already. Their role is unchanged."""  # (D16)

    title = "Already a user of this workspace"


class InvitedToAll(Conflict):
    """The address has a pending invitation to the whole workspace, which an invitation to locations would replace."""

    title = "Invited to the whole workspace"


class InvitationNotPending(Conflict):
    """Only a pending invitation can be revoked, and only one that is pending or has expired can be sent again."""

    title = "This invitation is closed"


class InvitationSpent(Gone):
    """The invitation was accepted, revoked, replaced by a newer one, or is older than seven days."""

    title = "This invitation is no longer valid"


async def invite(
    session: AsyncSession,
    settings: Settings,
    workspace: Workspace,
    address: str,
    display_name: str,
    role: str,
    access: Access,
    real_now: datetime,
    locations: Sequence[Location] = (),
    *,
    on_file: bool = False,
) -> Invitation:
    """Send an invitation to ``workspace``, which the transaction must have locked, in its scope; or only to some of its
    ``locations``, to the address ``on_file`` there. Sending again invalidates the previous link; what that invited to
    locations, the new one does, too. Raises `WorkspaceIsClosed`, `AlreadyMember`, `InvitedToAll`,
    `NotToday` or `TooManyOpen`."""
    refuse_closed(workspace)
    await _refuse_member(session, workspace, address)
    former = await _pending_locations(session, workspace, address) if locations else []
    places = {each.id: each for each in (*former, *locations)}
    await _replace_pending(session, workspace, address)
    await refuse_too_many(session, settings, workspace.id, address_key(address), real_now)
    inviter, home_id = await session.get_one(User, access.user_id), _home_of(access)
    company = (await get_workspace(session, home_id)).display_name if home_id != workspace.id else None
    invitation = Invitation(
        workspace_id=workspace.id, address=address, address_key=address_key(address), display_name=display_name,
        role=role, location_ids=sorted(places), on_file=on_file, invited_by=inviter.id, inviter=inviter.display_name,
        inviter_company=company, sent_at=real_now, expires_at=real_now + LIFETIME,
    )  # fmt: skip
    session.add(invitation)
    await session.flush()
    await _say_sent(session, workspace, invitation, [each.display_name for each in places.values()])
    right = Right(inviter.id, access.workspace_id, home_id)
    await mail_link(session, settings, workspace, invitation, right, real_now)
    await refresh_status(session, workspace)
    return invitation


async def send_again(
    session: AsyncSession,
    settings: Settings,
    workspace: Workspace,
    invitation_id: UUID,
    access: Access,
    real_now: datetime,
) -> Invitation:
    """Send a new invitation to the same person in the same role, as `invite` does. Raises `NotFound` or
    `InvitationNotPending`, and what `invite` raises."""
    old = await _own(session, workspace.id, invitation_id)
    if old.state not in (InvitationState.pending, InvitationState.expired):
        raise InvitationNotPending(f"This invitation is {old.state}.")
    locations = await open_locations(session, workspace.id, old.location_ids)
    if old.location_ids and not locations:
        raise InvitationNotPending("The locations of this invitation are closed.")
    return await invite(
        session, settings, workspace, old.address, old.display_name, old.role, access, real_now, locations,
        on_file=old.on_file,
    )  # fmt: skip


async def revoke_invitation(session: AsyncSession, workspace_id: UUID, invitation_id: UUID) -> Invitation:
    """Revoke an invitation and its link. Raises `NotFound` or `InvitationNotPending`."""
    invitation = await _own(session, workspace_id, invitation_id)
    if invitation.state != InvitationState.pending:
        raise InvitationNotPending(f"This invitation is {invitation.state}.")
    workspace = await get_workspace(session, workspace_id)
    await close_pending(session, workspace, invitation, RevokedBecause.revoked)
    await refresh_status(session, workspace)
    return invitation


async def _refuse_member(session: AsyncSession, workspace: Workspace, address: str) -> None:
    user = await find_user(session, address)
    if user is not None and await find_membership(session, user.id, workspace.id):
        raise AlreadyMember(f"{user.display_name} is a user of {workspace.display_name} already.")


async def _pending_locations(session: AsyncSession, workspace: Workspace, address: str) -> list[Location]:
    """The open locations to which the mailbox is invited already. Raises `InvitedToAll`."""
    old = await session.scalar(pending_of(workspace.id, address_key(address)))
    if old is None:
        return []
    if not old.location_ids:
        raise InvitedToAll(f"{address} is invited to all of {workspace.display_name}. Take that back first.")
    return await open_locations(session, workspace.id, old.location_ids)


def pending_of(workspace_id: UUID, address_key: str) -> Select[Invitation]:
    """The pending invitation of a mailbox to a workspace: there is at most one."""
    own = Invitation.workspace_id == workspace_id, Invitation.address_key == address_key
    return select(Invitation).where(*own, Invitation.state == InvitationState.pending)


async def close_pending(
    session: AsyncSession, workspace: Workspace, invitation: Invitation, because: RevokedBecause
) -> None:
    """Revoke a pending invitation whose row is locked, in its workspace's scope. Its link says why it ended."""
    invitation.state, invitation.revoked_because = InvitationState.revoked, because
    await session.flush()
    event = InvitationRevoked(
        **workspace_fields(workspace),
        invitation_id=invitation.id,
        role=invitation.role,
        reason="replaced" if because == RevokedBecause.replaced else "revoked",
        inviter_lost_access=because == RevokedBecause.inviter_lost_access,
        subject_version=2,
    )
    await emit(session, event)


async def revoke_pending(
    session: AsyncSession, workspace: Workspace, because: RevokedBecause, *, to_locations: bool = False
) -> int:
    """Revoke all pending invitations to the whole of a workspace that is locked, in its scope, and their links; with
    ``to_locations`` those to its locations, too. Returns how many there were."""
    pending = [Invitation.workspace_id == workspace.id, Invitation.state == InvitationState.pending]
    if not to_locations:
        pending.append(WHOLE)
    found = list(await session.scalars(select(Invitation).where(*pending).order_by(Invitation.id).with_for_update()))
    for invitation in found:
        await close_pending(session, workspace, invitation, because)
    await refresh_status(session, workspace)
    return len(found)


async def expire_invitation(session: AsyncSession, invitation_id: UUID) -> None:
    """Expire a pending invitation. Its workspace is Not Connected again, unless another invitation is pending."""
    pending = Invitation.id == invitation_id, Invitation.state == InvitationState.pending
    expiring = update(Invitation).where(*pending).values(state=InvitationState.expired)
    invitation = await session.scalar(expiring.returning(Invitation))
    if invitation is not None:
        await refresh_status(session, await get_workspace(session, invitation.workspace_id))


async def look_at_invitation(session: AsyncSession, token: str, real_now: datetime) -> InvitationLookRead:
    """Show an invitation, without using it (S14)."""
    secret = await find_secret(session, token)
    async with acting_in(session, secret.workspace_id):
        invitation = await session.get_one(Invitation, secret.invitation_id)
        workspace = await get_workspace(session, secret.workspace_id)
        locations = await open_locations(session, workspace.id, invitation.location_ids)
    state = InvitationState(invitation.state)
    if state == InvitationState.pending and invitation.expires_at <= real_now:
        state = InvitationState.expired
    seller = await show_seller(session, workspace.id)
    return InvitationLookRead(
        brand=seller.brand,
        support_address=seller.support_address,
        workspace=InvitedRead.model_validate(workspace),
        inviter=invitation.inviter,
        inviter_company=invitation.inviter_company,
        role=invitation.role,
        locations=[each.display_name for each in locations],
        address_hint=address_hint(invitation.address),
        state=state,
        revoked_because=invitation.revoked_because,
    )


def spent(invitation: Invitation) -> InvitationSpent:
    """Why an invitation cannot be accepted any more."""
    if invitation.revoked_because == RevokedBecause.inviter_lost_access:
        return InvitationSpent("Whoever sent this invitation may not invite people there any more. Ask for a new one.")
    return InvitationSpent("This invitation was used, taken back or is too old. Ask for a new one.")


async def find_secret(session: AsyncSession, token: str) -> InvitationSecret:
    """Which invitation a link is for. Raises `InvitationSpent`."""
    secret = await session.get(InvitationSecret, digest(token))
    if secret is None:
        raise InvitationSpent("This invitation is not valid. Ask for a new one.")
    return secret


async def _own(session: AsyncSession, workspace_id: UUID, invitation_id: UUID) -> Invitation:
    """An invitation to the workspace, locked. Raises `NotFound`."""
    own = select(Invitation).where(Invitation.id == invitation_id, Invitation.workspace_id == workspace_id)
    invitation = await session.scalar(own.with_for_update())
    if invitation is None:
        raise NotFound("There is no such invitation.")
    return invitation


async def _say_sent(
    session: AsyncSession, workspace: Workspace, invitation: Invitation, locations: Sequence[str]
) -> None:
    sent = InvitationSent(
        **workspace_fields(workspace),
        invitation_id=invitation.id,
        role=invitation.role,
        expires_at=invitation.expires_at,
        locations=tuple(sorted(locations)),
    )
    await emit(session, sent)


def _home_of(access: Access) -> UUID:
    """The inviter's own workspace. The provider has no parent, and nobody works on behalf of it."""
    on_behalf = access.via == Via.on_behalf and access.parent_workspace_id
    return on_behalf or access.workspace_id


async def _replace_pending(session: AsyncSession, workspace: Workspace, address: str) -> None:
    old = await session.scalar(pending_of(workspace.id, address_key(address)).with_for_update())
    if old is None:
        return
    await close_pending(session, workspace, old, RevokedBecause.replaced)
