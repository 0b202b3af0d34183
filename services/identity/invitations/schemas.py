from datetime import datetime
from typing import Literal
from uuid import UUID

from services.identity.branding.schemas import SellerShownRead
from services.identity.invitations.models import InvitationState, RevokedBecause
from services.identity.names import DisplayName
from services.identity.people.schemas import MemberRole
from services.identity.proofs import LinkToken
from services.identity.workspaces.models import WorkspaceKind
from shared.addresses import Address
from shared.lists import TableQuery
from shared.schemas import Body, Read


class InvitationCreate(Body):
    address: Address
    display_name: DisplayName
    role: MemberRole
    """The role that the invited person gets."""  # (D3)


class InvitationsQuery(TableQuery):
    state: InvitationState | None = None
    sort: Literal["sent_at", "name"] = "sent_at"


class InvitationRead(Read):
    id: UUID
    address: str
    display_name: str
    role: MemberRole
    state: InvitationState
    inviter: str
    sent_at: datetime
    expires_at: datetime
    reminded_at: datetime | None
    """When the one reminder was sent, at half of its life; null: it was not."""
    undelivered_at: datetime | None
    """When a mail server refused the mail, or was not reached for days; null: neither."""


class PendingInvitationRead(Read):
    """An invitation of the address on file that nobody has accepted yet."""

    sent_at: datetime
    expires_at: datetime
    """The link is not valid any more from then on."""
    reminded_at: datetime | None
    """When the one reminder was sent; null: it was not."""
    undelivered_at: datetime | None
    """When its mail came back; null: it did not."""


class ListedInvitationRead(InvitationRead):
    location_names: list[str]
    """The only locations that it is for; none: it is for the whole workspace."""


class LinkLook(Body):
    """The token of an invitation's link. It is sent in a body, so that it appears in no log of URLs."""

    token: LinkToken


class InvitedRead(Read):
    """The workspace, as shown to an invited person."""

    display_name: str
    kind: WorkspaceKind


class InvitationLookRead(SellerShownRead):
    """An invitation as shown before it is accepted."""

    workspace: InvitedRead
    inviter: str
    inviter_company: str | None
    """The company of the inviter; null where it is the workspace's own."""
    role: MemberRole
    locations: list[str]
    """The names of the only locations that it is for; none: it is for the whole workspace."""
    address_hint: str
    state: InvitationState
    revoked_because: RevokedBecause | None
    """Why it was revoked, where it was: taken back, sent again, or the inviter may not invite there any more."""
