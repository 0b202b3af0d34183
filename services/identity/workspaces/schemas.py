from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.identity.workspaces.models import WorkspaceKind
from shared.schemas import Read

Slug = Annotated[str, Field(min_length=2, max_length=63, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
"""The workspace's name in URLs: lower-case letters, digits and single hyphens."""


class WorkspaceRead(Read):
    id: UUID
    slug: str
    kind: WorkspaceKind
    display_name: str
    account_number: str
