from datetime import date
from typing import Literal
from uuid import UUID

from services.identity.people.schemas import PersonRead
from services.identity.workspaces.schemas import WorkspaceRead
from shared.lists import TableQuery
from shared.schemas import Body, Read

LinkRole = Literal["admin", "regular", "read_only", "support"]
"""The roles of a parent's user for one customer (P17 to P22). Whoever links is an admin there, so that none of these
roles exceeds their own (S19)."""


class LinkCreate(Body):
    customer_id: UUID
    user_id: UUID
    role: LinkRole = "support"
    last_day: date | None = None
    """The last day of the link, at most ten years away: it ends by itself at the end of that day in the caller's time
    zone. Null: it stays until somebody ends it."""


class LinkUpdate(Body):
    """What is left out stays as it is."""

    role: LinkRole | None = None
    """Null, it stays as it is, too."""
    last_day: date | None = None
    """The last day of the link, as in the creation. Null: it stays until somebody ends it."""


class OfParentRead(Read):
    """Somebody of the parent workspace who may work on behalf of this one."""

    link_id: UUID | None
    """The link that admits them; null for the parent's admins, whom their role there admits."""
    company: str
    """The name of the parent workspace."""
    user: PersonRead
    role: LinkRole
    """What they may do here."""
    last_day: date | None
    """After which day their link ends by itself; null: it stays until somebody ends it."""


class LinkRead(Read):
    id: UUID
    user: PersonRead
    role: LinkRole
    last_day: date | None
    """After which day it ends by itself; null: it stays until somebody ends it."""


class LinksQuery(TableQuery):
    """``q`` is a part of the person's name or address, or of the workspace's name or account number."""

    role: LinkRole | None = None
    sort: Literal["person", "workspace", "role", "last_day"] = "person"


class LinkedRead(LinkRead):
    """A link of a user of this workspace."""

    workspace: WorkspaceRead
    """The customer or partner for whom they may work."""


class ParentAdmins(Body):
    """Whether the admins of the parent workspace may work on behalf of this one without a link."""

    may_enter: bool


class ParentAdminsRead(Read):
    """Whether the admins of the parent workspace may work on behalf of this one without a link."""

    may_enter: bool
