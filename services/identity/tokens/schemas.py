from datetime import datetime
from typing import Literal
from uuid import UUID

from services.identity.branding.schemas import ShownBrandRead
from services.identity.people.schemas import PersonRead, PreferencesRead
from services.identity.workspaces.models import WorkspaceKind
from services.identity.workspaces.schemas import WorkspaceRead
from shared.auth.permissions import Level
from shared.events import Via
from shared.schemas import Read


class ChoiceRead(Read):
    """A workspace that the person can switch to."""  # (K25, K26)

    id: UUID
    slug: str
    display_name: str
    kind: WorkspaceKind
    default: bool


class NoticeRead(Read):
    """The workspace in which the session acted until the person lost their access, or a preview of it ended. Said until
    they move on."""

    reason: Literal["revoked", "preview_over"]
    workspace_display_name: str


class PreviewRead(Read):
    """What the session shows a preview of."""

    bill_group_id: UUID
    bill_group_name: str
    expires_at: datetime
    """When it ends by itself, in real time."""


class SuspensionOfWorkspace(Read):
    """The workspace is suspended."""

    since: datetime
    reason: str
    """Why, in the words of whoever did it."""
    is_binding: bool
    """Whether the caller can only read and pay. Whoever works there on behalf from the provider can do more."""


class ClosingOfWorkspace(Read):
    """The account of the workspace is being closed, or is closed."""

    asked_at: datetime
    """When a holder asked for it, in real time, as the next ones are."""
    closes_at: datetime
    """When it is closed, unless a holder keeps it before."""
    closed_at: datetime | None
    """Since when it is closed; null: it is not yet."""
    is_binding: bool
    """Whether the caller can only read and pay, as in a suspended workspace."""


class TokenRead(Read):
    """An access token, and what a page needs to render. Authorisation is decided by the services, not by these
    fields."""

    access_token: str
    expires_at: datetime
    last_seen_at: datetime
    """When the person was last noted to be there in person."""
    user: PersonRead
    preferences: PreferencesRead
    shortcuts: bool
    """Whether the person wants keys of one letter to do something on pages."""
    workspace: WorkspaceRead
    home_workspace: WorkspaceRead | None
    via: Via
    roles: list[str]
    permissions: dict[str, Level]
    is_narrowed: bool
    """Whether all that the person has here is limited to bill groups or locations."""
    sees_invoices: bool
    """False for somebody who sees prices, but of locations whose bill groups keep their invoices to themselves."""
    workspaces: list[ChoiceRead]
    suspension: SuspensionOfWorkspace | None
    closing: ClosingOfWorkspace | None
    proposed_seller: str | None
    """The company that would sell to the workspace, if the caller may consent to a move to it or decline it."""
    holders_due: bool
    """Whether the caller is a holder of the account, and for a year nobody has said that both are right."""
    setup_due: bool
    """Whether the caller is an admin of a provider whose installation is new, and is led through setting it up."""
    preview: PreviewRead | None
    ended: NoticeRead | None
    brand: ShownBrandRead
    """The looks of whoever sells to the workspace."""
