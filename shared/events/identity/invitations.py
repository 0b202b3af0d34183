"""Invitations."""

from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from shared.events.identity.base import IdentityEvent


class InvitationEvent(IdentityEvent):
    subject_field: ClassVar[str] = "invitation_id"
    invitation_id: UUID
    """The invitation."""
    role: str
    """The role that it gives."""


class InvitationSent(InvitationEvent):
    """A person was invited to ``workspace_id``. The event does not contain the secret."""  # (D30)

    subject_type: ClassVar[str] = "invitation"
    expires_at: datetime
    """Until when it can be accepted, in real time."""
    locations: tuple[str, ...] = ()
    """The names of the only locations that it is for; none: it is for the whole workspace."""


class InvitationReminded(InvitationEvent):
    """The invited person was reminded, once, at half of the invitation's life. The event does not contain the
    secret."""

    subject_type: ClassVar[str] = "invitation"
    expires_at: datetime
    """Until when it can be accepted, in real time."""


class InvitationAccepted(InvitationEvent):
    """The invited person proved their mailbox and joined."""

    subject_type: ClassVar[str] = "invitation"
    user_id: UUID
    """The person who joined."""


class InvitationDeclined(InvitationEvent):
    """Whoever reads the mailbox does not want to join."""

    subject_type: ClassVar[str] = "invitation"


class InvitationRevoked(InvitationEvent):
    """An invitation was revoked, or replaced by a newer one."""

    version: ClassVar[int] = 2
    subject_type: ClassVar[str] = "invitation"
    reason: Literal["revoked", "replaced"]
    """Why it is dead."""
    inviter_lost_access: bool = False
    """Whether it was revoked because the person who had sent it may not invite there any more."""
