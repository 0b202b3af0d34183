"""Workspaces."""

from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from shared.events.identity.base import IdentityEvent


class WorkspaceEvent(IdentityEvent):
    """``workspace_id`` is the workspace itself. ``parent_workspace_id`` is null only for the provider."""

    version: ClassVar[int] = 7
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
    suspended: bool = False
    """Whether its people can only read and pay."""
    closes_at: datetime | None = None
    """When its account is closed, or was, in real time; nothing: nobody wants that."""
    closed: bool = False
    """Whether its account is closed: its holders can only read and pay."""
    locale: str = "en-US"
    """The language of mails to its contacts and of its documents, with a region: a BCP 47 tag such as ``de-AT``."""
    support_address: str | None = None
    """The mail address at which it helps its customers; nothing: it has named none."""
    support_phone: str | None = None
    """The telephone number at which it helps its customers; nothing: it has named none."""
    postal_lines: tuple[str, ...] = ()
    """Its postal address, as it is written on a letter: up to six lines, none if it has not given it."""
    support_hours: str | None = None
    """When its support is reached, in its own words."""
    emergency_phone: str | None = None
    """The telephone number for what cannot wait."""
    help_url: str | None = None
    """A web site that helps its customers, an https address, as the next one is."""
    status_url: str | None = None
    """A web site that says what is out of order."""
    sales_name: str | None = None
    """Who answers its customers' questions about products and prices: a team or a person."""
    sales_address: str | None = None
    """The mail address for such questions."""
    sales_phone: str | None = None
    """The telephone number for such questions."""
    asks_entry_reason: bool = False
    """Whether its users have to say why they work on behalf of a customer; of the provider: everybody's."""


class WorkspaceCreated(WorkspaceEvent):
    """A workspace was created. It is Not Connected until an invitation is accepted."""  # (L6)

    subject_type: ClassVar[str] = "workspace"
    subject_field: ClassVar[str] = "workspace_id"


class WorkspaceUpdated(WorkspaceEvent):
    """The name, slug, language, support or sales contacts, or postal address of a workspace changed."""

    version: ClassVar[int] = 8
    subject_type: ClassVar[str] = "workspace"
    subject_field: ClassVar[str] = "workspace_id"
    previous_display_name: str | None = None
    """Its name for people before; nothing: the name did not change."""
    previous_slug: str | None = None
    """Its name in addresses of pages before, which leads on for a year; nothing: it did not change."""


class WorkspaceRemoved(WorkspaceEvent):
    """The parent removed a workspace that nobody had signed up for. It keeps its name and number for what was logged of
    it; its slug is another one, so that the former one is free."""

    version: ClassVar[int] = 3
    subject_type: ClassVar[str] = "workspace"
    subject_field: ClassVar[str] = "workspace_id"


class WorkspaceConnected(WorkspaceEvent):
    """The first user signed up for the workspace: Not Connected became Connected."""  # (L5)

    subject_type: ClassVar[str] = "workspace"
    subject_field: ClassVar[str] = "workspace_id"


class ParentAdminsSwitched(IdentityEvent):
    """The admins of ``workspace_id`` let the admins of its parent in, or keep them out from now on. Notifies the
    admins of both."""

    subject_type: ClassVar[str] = "workspace"
    subject_field: ClassVar[str] = "workspace_id"
    on: bool
    """Whether they may work on behalf of the workspace without a link."""


class WorkspaceSuspended(WorkspaceEvent):
    """The workspace was suspended by a workspace above it. Its people can read, and pay; its services and their billing
    go on."""

    version: ClassVar[int] = 3
    subject_type: ClassVar[str] = "workspace"
    subject_field: ClassVar[str] = "workspace_id"
    reason: str
    """Why, in words for its people."""
    suspended_by: str
    """The name of the company above that did it."""


class WorkspaceReinstated(WorkspaceEvent):
    """The suspension of the workspace ended: its people can do again what their roles say."""

    version: ClassVar[int] = 3
    subject_type: ClassVar[str] = "workspace"
    subject_field: ClassVar[str] = "workspace_id"
    reinstated_by: str
    """The name of the company above that did it."""


class WorkspaceClosing(WorkspaceEvent):
    """A holder asked for the account of the workspace to be closed. Until ``closes_at`` a holder can keep it; nothing
    is ordered, extended or renewed meanwhile. Notifies its admins and those of whoever sells to it."""

    subject_type: ClassVar[str] = "workspace"
    subject_field: ClassVar[str] = "workspace_id"


class WorkspaceClosingSoon(WorkspaceEvent):
    """The account of the workspace is closed within three days, unless a holder keeps it. Told once. Notifies its
    admins and those of whoever sells to it."""

    subject_type: ClassVar[str] = "workspace"
    subject_field: ClassVar[str] = "workspace_id"


class WorkspaceKept(WorkspaceEvent):
    """A holder kept an account that was to be closed. Notifies its admins and those of whoever sells to it."""

    subject_type: ClassVar[str] = "workspace"
    subject_field: ClassVar[str] = "workspace_id"


class WorkspaceClosed(WorkspaceEvent):
    """The account of the workspace is closed, for good: its services are cancelled, its orders withdrawn, and all but
    its holders lose access. Notifies who was its admin, and the admins of whoever sells to it."""

    subject_type: ClassVar[str] = "workspace"
    subject_field: ClassVar[str] = "workspace_id"
    admins: tuple[UUID, ...]
    """Who was an admin until then."""
