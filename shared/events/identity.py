"""The events of identity: workspaces, people, grants, invitations, contacts, sessions."""

from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from shared.events.attempts import AttemptEvent
from shared.events.base import Event
from shared.events.exports import ExportEvent
from shared.events.grants import Grant


class IdentityEvent(Event):
    publisher: ClassVar[str] = "identity"


class WorkspaceEvent(IdentityEvent):
    """``workspace_id`` is the workspace itself. ``parent_workspace_id`` is null only for the provider."""

    version: ClassVar[int] = 3
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
    holder_control: bool = False
    """Whether the account leaves what is most important to its two holders."""
    locale: str = "en-US"
    """The language of mails to its contacts and of its documents, with a region: a BCP 47 tag such as ``de-AT``."""
    support_address: str | None = None
    """The mail address at which it helps its customers; nothing: it has named none."""
    support_phone: str | None = None
    """The telephone number at which it helps its customers; nothing: it has named none."""
    postal_lines: tuple[str, ...] = ()
    """Its postal address, as it is written on a letter: up to six lines, none if it has not given it."""


class WorkspaceCreated(WorkspaceEvent):
    """A workspace was created. It is Not Connected until an invitation is accepted."""  # (L6)

    subject_type: ClassVar[str] = "workspace"
    subject_field: ClassVar[str] = "workspace_id"


class WorkspaceUpdated(WorkspaceEvent):
    """The name, slug, language, support or postal address of a workspace changed."""

    subject_type: ClassVar[str] = "workspace"
    subject_field: ClassVar[str] = "workspace_id"


class WorkspaceConnected(WorkspaceEvent):
    """The first user signed up for the workspace: Not Connected became Connected."""  # (L5)

    subject_type: ClassVar[str] = "workspace"
    subject_field: ClassVar[str] = "workspace_id"


class PersonEvent(IdentityEvent):
    user_id: UUID
    """The person."""
    subject_field: ClassVar[str] = "user_id"


class UserRegistered(PersonEvent):
    """A person proved a mailbox for the first time, and joined this workspace. Updates the recipient book."""

    version: ClassVar[int] = 2
    subject_type: ClassVar[str] = "user"
    address: str
    """The e-mail address that was proved."""
    display_name: str
    """The person's name."""
    locale: str | None = None
    """The language of the person, with a region: a BCP 47 tag such as ``de-AT``; nothing: not known yet."""
    time_zone: str | None = None
    """The person's time zone, by its name in IANA's database; nothing: not known yet."""


class UserUpdated(PersonEvent):
    """A person's name, address, language or time zone changed. Belongs to their default workspace. Updates the
    recipient book."""

    version: ClassVar[int] = 2
    subject_type: ClassVar[str] = "user"
    address: str
    """The e-mail address from now on."""
    display_name: str
    """The name from now on."""
    locale: str | None = None
    """The language from now on, with a region: a BCP 47 tag such as ``de-AT``; nothing: the person has chosen none."""
    time_zone: str | None = None
    """The time zone from now on, by its name in IANA's database; nothing: the person has chosen none."""


class UserSignedIn(PersonEvent):
    """A person signed in. Belongs to their default workspace."""

    version: ClassVar[int] = 2
    subject_type: ClassVar[str] = "user"
    session_id: UUID
    """The browser session that began."""
    method: Literal["link", "code"]
    """Whether the link or the code of the mail was used."""
    browser: str | None = None
    """Which browser it is, for people, in English: such as ``Firefox on Linux``; nothing: unknown."""
    browser_name: str | None = None
    """The browser alone, such as ``Firefox``, for words in other languages; nothing: unknown."""
    operating_system: str | None = None
    """What the browser runs on, such as ``Linux``; nothing: unknown."""
    ip: str | None = None
    """The address from which the person signed in."""
    new_browser: bool = False
    """Whether the person has signed in before, but never from this browser."""


class SessionEnded(IdentityEvent):
    """A browser session ended. Its access tokens are no longer valid."""  # (D14)

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
    """A person was invited to ``workspace_id``. The event does not contain the secret."""  # (D30)

    subject_type: ClassVar[str] = "invitation"
    expires_at: datetime
    """Until when it can be accepted, in real time."""


class InvitationAccepted(InvitationEvent):
    """The invited person proved their mailbox and joined."""

    subject_type: ClassVar[str] = "invitation"
    user_id: UUID
    """The person who joined."""


class InvitationRevoked(InvitationEvent):
    """An invitation was revoked, or replaced by a newer one."""

    version: ClassVar[int] = 2
    subject_type: ClassVar[str] = "invitation"
    reason: Literal["revoked", "replaced"]
    """Why it is dead."""
    inviter_lost_access: bool = False
    """Whether it was revoked because the person who had sent it may not invite there any more."""


class AccessEvent(PersonEvent):
    """A change of a person's grants. ``from_version`` and ``to_version`` count the person's changes. A copy whose
    version is not ``from_version`` has missed a change, and fetches all grants from identity."""  # (D29)

    grant: Grant
    """The grant that changed, as it is now or last was."""
    from_version: int
    """The version of the person's grants before this change."""
    to_version: int
    """Their version after it."""


class AccessGranted(AccessEvent):
    """A person received a new grant in ``grant.workspace_id``."""

    subject_type: ClassVar[str] = "grants"


class AccessChanged(AccessEvent):
    """The role of a grant changed."""

    subject_type: ClassVar[str] = "grants"
    previous_role: str
    """The role until now."""


class AccessRevoked(AccessEvent):
    """A grant was revoked, effective at once."""  # (D14)

    subject_type: ClassVar[str] = "grants"


class OnBehalfStarted(AccessEvent):
    """A user of the parent workspace started to work in this workspace, under the derived ``grant``."""  # (P25)

    subject_type: ClassVar[str] = "grants"
    home_workspace_id: UUID
    """The workspace that the person comes from."""


class OnBehalfEnded(AccessEvent):
    """Work on behalf ended, and with it the derived ``grant``."""

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
    """A company contact, who is not a user, was added to ``workspace_id``. Updates the recipient book."""  # (P29)

    subject_type: ClassVar[str] = "contact"
    address: str
    """The e-mail address."""
    display_name: str
    """The name of who is written to."""
    wants_service_mail: bool
    """Whether this admin contact receives mail about services that customers provision or delete."""  # (P27)


class ContactChanged(ContactAdded):
    """A company contact changed. Updates the recipient book."""

    subject_type: ClassVar[str] = "contact"


class ContactRemoved(ContactEvent):
    """A company contact was removed. Updates the recipient book."""

    subject_type: ClassVar[str] = "contact"


class ExportMade(ExportEvent):
    """A list was exported to a file, for the person who is the actor."""

    publisher: ClassVar[str] = "identity"
    subject_type: ClassVar[str] = "export"


class ExportDownloaded(ExportEvent):
    """The file of an export was downloaded by the person who had asked for it."""

    publisher: ClassVar[str] = "identity"
    subject_type: ClassVar[str] = "export"


class AttemptRefused(AttemptEvent):
    """A signed-in person tried what their role does not allow."""

    publisher: ClassVar[str] = "identity"
    subject_type: ClassVar[str] = "user"


class OperatorCommandRun(IdentityEvent):
    """Somebody who runs the installation changed something with a command on the server. Belongs to the provider's
    workspace. It is told right before the command does it."""

    subject_type: ClassVar[str] = "command"
    subject_field: ClassVar[str] = "command_id"
    command_id: UUID
    """This run of the command."""
    command: str
    """Which one, such as ``dead replay``."""
    arguments: str
    """What it was told, without personal data and secrets, such as ``--service billing``; empty: nothing."""
