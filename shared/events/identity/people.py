"""People and their sessions."""

from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from shared.events.identity.base import IdentityEvent, PersonEvent


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


class UserAdded(PersonEvent):
    """Somebody who has an account became a user of this workspace at once, without being asked. Notifies them."""

    subject_type: ClassVar[str] = "user"
    role: str
    """What they may do there."""


class ErasureRequested(PersonEvent):
    """A person wants their account and their data deleted, in some days. Belongs to their default workspace. Notifies
    them."""

    subject_type: ClassVar[str] = "user"
    erasure_id: UUID
    """The request."""
    due_at: datetime
    """When it is done, in real time, unless it is taken back before."""


class ErasureWithdrawn(PersonEvent):
    """A person keeps their account: they took back that it is deleted. Belongs to their default workspace."""

    subject_type: ClassVar[str] = "user"
    erasure_id: UUID
    """The request."""


class OwnDataDownloaded(PersonEvent):
    """A person downloaded all that the services keep of them. Belongs to their default workspace."""

    subject_type: ClassVar[str] = "user"
    download_id: UUID
    """The download."""


class UserErased(PersonEvent):
    """A person's account and data are deleted at their wish. Each service deletes what it has of them; the id stays as
    a pseudonym in what happened. Belongs to the workspace that was their default one."""

    subject_type: ClassVar[str] = "user"


class AccountNotFound(IdentityEvent):
    """Somebody entered an address to add its person as a user of this workspace, who has no account yet."""

    subject_type: ClassVar[str] = "workspace"
    subject_field: ClassVar[str] = "workspace_id"
    address_hint: str
    """The address, without most of its letters."""


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
