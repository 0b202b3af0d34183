"""What identity says of a session, for each page."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from services.portal.clients.branding import Branding
from services.portal.clients.http import Answer

PREVIEW_OVER = "preview_over"
"""The reason of `Ended` where a preview is over."""


class User(Answer):
    id: UUID
    address: str
    display_name: str


class Workspace(Answer):
    id: UUID
    slug: str
    display_name: str
    kind: Literal["provider", "partner", "customer"]
    account_number: str


class OwnWorkspace(Answer):
    """A workspace of the person's own, which they may switch to (K25)."""

    id: UUID
    slug: str
    display_name: str
    kind: Literal["provider", "partner", "customer"]
    default: bool


class Ended(Answer):
    """Why work on behalf of a customer, or a preview, is over."""

    reason: str
    workspace_display_name: str


class Preferences(Answer):
    """The language with its region and the time zone that the person has chosen; null: as the browser says."""

    locale: str | None
    time_zone: str | None


class Preview(Answer):
    """Of which bill group the session shows a preview."""

    bill_group_id: UUID
    bill_group_name: str
    expires_at: datetime


class Suspension(Answer):
    """The workspace is suspended."""

    since: datetime
    reason: str
    is_binding: bool
    """Whether the person can only read and pay."""


class ClosingNotice(Answer):
    """The account of the workspace is being closed, or is closed."""

    asked_at: datetime
    closes_at: datetime
    closed_at: datetime | None
    is_binding: bool
    """Whether the person can only read and pay."""


class PageContext(Answer):
    access_token: str
    expires_at: datetime
    last_seen_at: datetime
    user: User
    preferences: Preferences
    shortcuts: bool = True
    workspace: Workspace
    home_workspace: Workspace | None
    via: str
    roles: list[str]
    permissions: dict[str, str]
    sees_invoices: bool = True
    is_narrowed: bool = False
    """Whether all that the person has here is limited to bill groups or locations."""
    workspaces: list[OwnWorkspace]
    suspension: Suspension | None = None
    closing: ClosingNotice | None = None
    proposed_seller: str | None = None
    """The company that would sell to the workspace, if the viewer may consent to that or decline it."""
    holders_due: bool = False
    """Whether the viewer is a holder of the account, who is asked whether both are still right."""
    setup_due: bool = False
    """Whether the installation is new, and the viewer is led through setting it up."""
    preview: Preview | None = None
    ended: Ended | None
    brand: Branding | None = None
    """The looks of whoever sells to the workspace."""
