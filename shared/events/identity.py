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
    slug: str
    display_name: str
    account_number: str
    connected: bool


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
    subject_field: ClassVar[str] = "user_id"


class UserRegistered(PersonEvent):
    """A person proved a mailbox for the first time. Fills the recipient book; filed in the workspace joined."""

    subject_type: ClassVar[str] = "user"
    address: str
    display_name: str


class UserUpdated(PersonEvent):
    """A person's name or address changed. Fills the recipient book."""

    subject_type: ClassVar[str] = "user"
    address: str
    display_name: str


class UserSignedIn(PersonEvent):
    """A person signed in; filed in their default workspace."""

    subject_type: ClassVar[str] = "user"
    session_id: UUID
    method: Literal["link", "code"]


class SessionEnded(IdentityEvent):
    """A browser session is over: its access tokens are refused from now on."""  # (D14)

    subject_type: ClassVar[str] = "session"
    subject_field: ClassVar[str] = "session_id"
    session_id: UUID
    user_id: UUID
    reason: Literal["signed_out", "expired", "revoked"]


class InvitationEvent(IdentityEvent):
    subject_field: ClassVar[str] = "invitation_id"
    invitation_id: UUID
    role: str


class InvitationSent(InvitationEvent):
    """Somebody was invited to ``workspace_id``. The secret travels another way and is in no event."""  # (D30)

    subject_type: ClassVar[str] = "invitation"
    expires_at: datetime


class InvitationAccepted(InvitationEvent):
    """The invited person proved the mailbox and joined."""

    subject_type: ClassVar[str] = "invitation"
    user_id: UUID


class InvitationRevoked(InvitationEvent):
    """An invitation's link is dead: taken back, or sent again with a new link."""

    subject_type: ClassVar[str] = "invitation"
    reason: Literal["revoked", "replaced"]


class Grant(Fact):
    """*A person* holds *role* in *workspace*, perhaps narrowed, by way of *source*: the one access concept.

    A ``link`` admits nobody by itself; an ``on_behalf`` grant holds inside the one session it names.
    """  # (P13 ff.)

    grant_id: UUID
    workspace_id: UUID
    role: str
    source: Literal["membership", "invitation", "link", "on_behalf"]
    bill_group_id: UUID | None = None
    location_id: UUID | None = None
    session_id: UUID | None = None


class AccessEvent(PersonEvent):
    """A change of one person's grants. ``from_version`` and ``to_version`` count that person's changes: a copy that
    is at another version than ``from_version`` has missed one, and fetches them all from identity."""  # (D29)

    grant: Grant
    from_version: int
    to_version: int


class AccessGranted(AccessEvent):
    """A person may do more: a new grant in ``grant.workspace_id``."""

    subject_type: ClassVar[str] = "grants"


class AccessChanged(AccessEvent):
    """The role of a grant changed."""

    subject_type: ClassVar[str] = "grants"
    previous_role: str


class AccessRevoked(AccessEvent):
    """A grant is gone: everything that came through it is refused at once."""  # (D14)

    subject_type: ClassVar[str] = "grants"


class OnBehalfStarted(AccessEvent):
    """A person of the parent workspace opened this workspace and works in it under the derived ``grant``."""  # (P25)

    subject_type: ClassVar[str] = "grants"
    home_workspace_id: UUID


class OnBehalfEnded(AccessEvent):
    """Work on behalf is over, and its derived ``grant`` with it."""

    subject_type: ClassVar[str] = "grants"
    home_workspace_id: UUID
    reason: Literal["ended", "replaced", "expired", "revoked"]


class ContactEvent(IdentityEvent):
    subject_field: ClassVar[str] = "contact_id"
    contact_id: UUID
    kind: Literal["admin", "technical", "billing"]


class ContactAdded(ContactEvent):
    """A company contact of ``workspace_id``: someone to write to, not a user. Fills the recipient book."""  # (P29)

    subject_type: ClassVar[str] = "contact"
    address: str
    display_name: str
    wants_service_mail: bool
    """Whether this admin contact hears of services that customers provision or delete."""  # (P27)


class ContactChanged(ContactAdded):
    """A company contact changed. Fills the recipient book."""

    subject_type: ClassVar[str] = "contact"


class ContactRemoved(ContactEvent):
    """A company contact is gone from the recipient book."""

    subject_type: ClassVar[str] = "contact"
