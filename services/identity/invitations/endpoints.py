from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.identity.grants.locks import confirm_access, lock_workspace
from services.identity.invitations import accepting, listing, service
from services.identity.invitations.limits import NotToday, TooManyOpen
from services.identity.invitations.models import Invitation
from services.identity.invitations.schemas import (
    InvitationCreate,
    InvitationLookRead,
    InvitationRead,
    InvitationsQuery,
    LinkLook,
    ListedInvitationRead,
)
from services.identity.invitations.service import AlreadyMember, InvitationNotPending, InvitationSpent
from services.identity.settings import CurrentSettings
from shared.auth import CurrentAccess, Router, allow, public
from shared.clock import RealNow
from shared.db import Session
from shared.idempotency import Once
from shared.pages import CountedPage, json_response
from shared.reads import Reader

router = Router("identity", "invitations")


@router.get("", guard=allow("user.list"), response_model=CountedPage[ListedInvitationRead])
async def list_invitations(read: Reader, query: Annotated[InvitationsQuery, Query()]) -> Response:
    """The invitations to this workspace, by default newest first. Names and addresses are searched."""
    return json_response(await listing.list_invitations(read, query))


@router.post("", guard=allow("user.invite"), status_code=201, problems=(AlreadyMember, NotToday, TooManyOpen))
async def invite_user(
    body: InvitationCreate, access: CurrentAccess, session: Session, settings: CurrentSettings, real_now: RealNow,
    once: Once,
) -> InvitationRead:  # fmt: skip
    """Invite a person to this workspace, in the given role. Sending again invalidates the previous link."""  # (D3)

    async def work() -> Invitation:
        workspace = await lock_workspace(session, access.workspace_id)
        await confirm_access(session, access, "user.invite")
        return await service.invite(
            session, settings, workspace, body.address, body.display_name, body.role, access, real_now
        )

    return await once(body, InvitationRead, work)


@router.post(
    "/{invitation_id}/resend",
    guard=allow("user.invite"),
    status_code=201,
    problems=(AlreadyMember, InvitationNotPending, NotToday, TooManyOpen),
)
async def resend_invitation(
    invitation_id: UUID, access: CurrentAccess, session: Session, settings: CurrentSettings, real_now: RealNow,
    once: Once,
) -> InvitationRead:  # fmt: skip
    """Send an invitation again that is pending or has expired, to the same person in the same role. Its earlier link
    ends."""

    async def work() -> Invitation:
        workspace = await lock_workspace(session, access.workspace_id)
        await confirm_access(session, access, "user.invite")
        return await service.send_again(session, settings, workspace, invitation_id, access, real_now)

    return await once(None, InvitationRead, work)


@router.post(
    "/{invitation_id}/revoke",
    guard=allow("user.invite"),
    response_model=InvitationRead,
    problems=(InvitationNotPending,),
)
async def revoke_invitation(invitation_id: UUID, access: CurrentAccess, session: Session) -> Invitation:
    """Revoke an invitation."""
    await confirm_access(session, access, "user.invite")
    return await service.revoke_invitation(session, access.workspace_id, invitation_id)


@router.post("/look", guard=public("the invited person has no token yet"), problems=(InvitationSpent,))
async def look_at_invitation(body: LinkLook, session: Session, real_now: RealNow) -> InvitationLookRead:
    """Show an invitation, without using it."""
    return await service.look_at_invitation(session, body.token, real_now)


@router.post(
    "/decline",
    guard=public("whoever has the link reads the mailbox that was invited"),
    status_code=204,
    problems=(InvitationSpent,),
)
async def decline_invitation(body: LinkLook, session: Session, real_now: RealNow) -> None:
    """Decline an invitation. Its link ends."""
    await accepting.decline(session, body.token, real_now)
