from datetime import datetime
from typing import Literal
from uuid import UUID

from services.identity.addresses import Address
from services.identity.invitations.models import InvitationState
from services.identity.sessions.schemas import SessionSecret
from services.identity.sign_in_challenges.schemas import BrowserNonce, LinkToken
from services.identity.users.schemas import MemberRole
from shared.schemas import Body, Name, Read


class InvitationCreate(Body):
    address: Address
    display_name: Name
    role: MemberRole
    """As the inviter chooses."""  # (D3)


class InvitationRead(Read):
    id: UUID
    address: str
    display_name: str
    role: MemberRole
    state: InvitationState
    inviter: str
    sent_at: datetime
    expires_at: datetime


class LinkLook(Body):
    """An invitation by the token of its link. It travels in a body, so that no log of addresses has it."""

    token: LinkToken


class InvitedRead(Read):
    """The workspace, to somebody who is not in it yet."""

    display_name: str


class InvitationLookRead(Read):
    """What the page behind the link shows before anything is accepted."""

    workspace: InvitedRead
    inviter: str
    role: MemberRole
    address_hint: str
    state: InvitationState


class InvitationAccept(LinkLook):
    browser: BrowserNonce
    session: SessionSecret | None = None
    """Of the person who is signed in with this browser, if anybody is."""


class AcceptanceRead(Read):
    """Accepted at once by who is signed in as the invited address; anybody else proves the mailbox with a code."""

    state: Literal["accepted", "code_sent"]
    challenge_id: UUID | None = None
