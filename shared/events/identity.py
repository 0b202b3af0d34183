"""What identity publishes: workspaces, people, grants, invitations, contacts, sessions."""

from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from shared.events.base import Event, Fact


class IdentityEvent(Event):
    publisher: ClassVar[str] = "identity"


class WorkspaceEvent(IdentityEvent):
    """``workspace_id`` is the workspace itself; ``parent_workspace_id`` is set but for the provider."""

    kind: Literal["provider", "partner", "customer"]
    """What kind of company it is for the provider."""
    slug: str
    """Its name in addresses of pages."""
    display_name: str
    """Its name for people."""
    account_number: str
    """Its number, which never changes."""
    connected: bool
    """Whether somebody has accepted an invitation."""


class WorkspaceCreated(WorkspaceEvent):
    """A workspace came into being. It is Not Connected until somebody accepts an invitation."""  # (L6)

    subject_type: ClassVar[str] = "workspace"
    subject_field: ClassVar[str] = "workspace_id"


class WorkspaceUpdated(WorkspaceEvent):
    """The name, slug or profile of a workspace changed."""

    subject_type: ClassVar[str] = "workspace"
    subject_field: ClassVar[str] = "workspace_id"


class WorkspaceConnected(WorkspaceEvent):
    """The first person signed up for this workspace: Not Connected became Connected."""  # (L5)

    subject_type: ClassVar[str] = "workspace"
    subject_field: ClassVar[str] = "workspace_id"


class PersonEvent(IdentityEvent):
    user_id: UUID
    """The person."""
    subject_field: ClassVar[str] = "user_id"


class UserRegistered(PersonEvent):
    """A person proved a mailbox for the first time. Fills the recipient book; filed in the workspace joined."""

    subject_type: ClassVar[str] = "user"
    address: str
    """The e-mail address that was proved."""
    display_name: str
    """The person's name."""


class UserUpdated(PersonEvent):
    """A person's name or address changed. Fills the recipient book."""

    subject_type: ClassVar[str] = "user"
    address: str
    """The e-mail address from now on."""
    display_name: str
    """The name from now on."""


class UserSignedIn(PersonEvent):
    """A person signed in; filed in their default workspace."""

    subject_type: ClassVar[str] = "user"
    session_id: UUID
    """The browser session that began."""
    method: Literal["link", "code"]
    """Whether the link or the code of the mail was used."""


class SessionEnded(IdentityEvent):
    """A browser session is over: its access tokens are refused from now on."""  # (D14)

    subject_type: ClassVar[str] = "session"
    subject_field: ClassVar[str] = "session_id"
    session_id: UUID
    """The browser session."""
    user_id: UUID
    """Whose session it was."""
    reason: Literal["signed_out", "expired", "revoked"]
    """Why it is over."""


class InvitationEvent(IdentityEvent):
    subject_field: ClassVar[str] = "invitation_id"
    invitation_id: UUID
    """The invitation."""
    role: str
    """The role that it gives."""


class InvitationSent(InvitationEvent):
    """Somebody was invited to ``workspace_id``. The secret travels another way and is in no event."""  # (D30)

    subject_type: ClassVar[str] = "invitation"
    expires_at: datetime
    """Until when it can be accepted, in real time."""


class InvitationAccepted(InvitationEvent):
    """The invited person proved the mailbox and joined."""

    subject_type: ClassVar[str] = "invitation"
    user_id: UUID
    """The person who joined."""


class InvitationRevoked(InvitationEvent):
    """An invitation's link is dead: taken back, or sent again with a new link."""

    subject_type: ClassVar[str] = "invitation"
    reason: Literal["revoked", "replaced"]
    """Why it is dead."""


class Grant(Fact):
    """*A person* holds *role* in *workspace*, perhaps narrowed, by way of *source*: the one access concept.

    A ``link`` admits nobody by itself; an ``on_behalf`` grant holds inside the one session it names.
    """  # (P13 ff.)

    grant_id: UUID
    """The grant."""
    workspace_id: UUID
    """Where it holds."""
    role: str
    """What the person may do there."""
    source: Literal["membership", "invitation", "link", "on_behalf"]
    """How the person came by it."""
    bill_group_id: UUID | None = None
    """The only bill group that it is for; nothing: all of them."""
    location_id: UUID | None = None
    """The only location that it is for; nothing: all of them."""
    session_id: UUID | None = None
    """The only session that it holds in; nothing: all of them."""


class AccessEvent(PersonEvent):
    """A change of one person's grants. ``from_version`` and ``to_version`` count that person's changes: a copy that
    is at another version than ``from_version`` has missed one, and fetches them all from identity."""  # (D29)

    grant: Grant
    """The grant that changed, as it is now or last was."""
    from_version: int
    """The version of the person's grants before this change."""
    to_version: int
    """Their version after it."""


class AccessGranted(AccessEvent):
    """A person may do more: a new grant in ``grant.workspace_id``."""

    subject_type: ClassVar[str] = "grants"


class AccessChanged(AccessEvent):
    """The role of a grant changed."""

    subject_type: ClassVar[str] = "grants"
    previous_role: str
    """The role until now."""


class AccessRevoked(AccessEvent):
    """A grant is gone: everything that came through it is refused at once."""  # (D14)

    subject_type: ClassVar[str] = "grants"


class OnBehalfStarted(AccessEvent):
    """A person of the parent workspace opened this workspace and works in it under the derived ``grant``."""  # (P25)

    subject_type: ClassVar[str] = "grants"
    home_workspace_id: UUID
    """The workspace that the person comes from."""


class OnBehalfEnded(AccessEvent):
    """Work on behalf is over, and its derived ``grant`` with it."""

    subject_type: ClassVar[str] = "grants"
    home_workspace_id: UUID
    """The workspace that the person comes from."""
    reason: Literal["ended", "replaced", "expired", "revoked"]
    """Why it is over."""


class ContactEvent(IdentityEvent):
    subject_field: ClassVar[str] = "contact_id"
    contact_id: UUID
    """The contact."""
    kind: Literal["admin", "technical", "billing"]
    """What the contact is written to about."""


class ContactAdded(ContactEvent):
    """A company contact of ``workspace_id``: someone to write to, not a user. Fills the recipient book."""  # (P29)

    subject_type: ClassVar[str] = "contact"
    address: str
    """The e-mail address."""
    display_name: str
    """The name of who is written to."""
    wants_service_mail: bool
    """Whether this admin contact hears of services that customers provision or delete."""  # (P27)


class ContactChanged(ContactAdded):
    """A company contact changed. Fills the recipient book."""

    subject_type: ClassVar[str] = "contact"


class ContactRemoved(ContactEvent):
    """A company contact is gone from the recipient book."""

    subject_type: ClassVar[str] = "contact"
