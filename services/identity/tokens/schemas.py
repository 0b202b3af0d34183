from datetime import datetime
from typing import Literal
from uuid import UUID

from services.identity.users.schemas import PersonRead
from services.identity.workspaces.models import WorkspaceKind
from services.identity.workspaces.schemas import WorkspaceRead
from shared.auth.permissions import Level
from shared.events import Via
from shared.schemas import Read


class ChoiceRead(Read):
    """A workspace that the person may simply switch to; shown where there are several."""  # (K25, K26)

    id: UUID
    slug: str
    display_name: str
    kind: WorkspaceKind
    default: bool


class NoticeRead(Read):
    """Why the person is not where they were: told once."""

    reason: Literal["revoked"]
    workspace_display_name: str


class TokenRead(Read):
    """A token for the services, and what a page needs to know to be drawn. The services decide for themselves."""

    access_token: str
    expires_at: datetime
    user: PersonRead
    workspace: WorkspaceRead
    home_workspace: WorkspaceRead | None
    via: Via
    roles: list[str]
    permissions: dict[str, Level]
    workspaces: list[ChoiceRead]
    ended: NoticeRead | None
