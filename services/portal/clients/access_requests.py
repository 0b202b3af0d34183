"""Identity: the workspaces of a person, and asking for access to further ones."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from services.portal.clients.access_rules import Admitting
from services.portal.clients.http import Answer, CountedPage

Nothing = type(None)

AccessRequestFilter = Literal["", "pending", "approved", "denied", "withdrawn", "expired"]
"""Empty: all."""


class Membership(Answer):
    """A workspace that the person has access to in their own name, and how they came in."""

    id: UUID
    slug: str
    kind: Literal["provider", "partner", "customer"]
    display_name: str
    role: str
    door: str
    since: datetime
    location_name: str | None = None
    """The only location that they see there."""
    let_in_by: str | None
    default: bool
    holder: Literal["primary", "alternate"] | None = None
    asked_to_hold: bool = False
    """Whether the person is asked to become a holder there."""

    @property
    def may_leave(self) -> bool:
        """Visitors of a bill group's portal leave when its seller says so."""
        return self.door != "access_rule"


class Asked(Answer):
    """What the person asked for, as they entered it."""

    id: UUID
    name: str
    state: str
    reason: str | None
    asked_at: datetime
    expires_at: datetime


class AskOutcome(Answer):
    class Joined(Answer):
        id: UUID
        slug: str
        display_name: str

    asked: Asked | None
    joined: Joined | None


class AccessRequest(Answer):
    id: UUID
    user_id: UUID
    address: str
    display_name: str
    message: str
    state: str
    asked_at: datetime
    expires_at: datetime
    decider: str | None
    reason: str | None


@dataclass(frozen=True)
class Asking(Admitting):
    async def own_workspaces(self) -> list[Membership]:
        return await self.api.get("/me/workspaces", list[Membership])

    async def choose_default_workspace(self, workspace_id: UUID) -> None:
        await self.api.post(f"/me/workspaces/{workspace_id}/default", Nothing)

    async def leave_workspace(self, workspace_id: UUID) -> None:
        await self.api.post(f"/me/workspaces/{workspace_id}/leave", Nothing)

    async def asked(self) -> list[Asked]:
        return await self.api.get("/access-requests/own", list[Asked])

    async def ask_for_access(self, *, workspace: str, message: str) -> AskOutcome:
        return await self.api.post("/access-requests", AskOutcome, {"workspace": workspace, "message": message})

    async def withdraw_asked(self, asked_id: UUID) -> Asked:
        return await self.api.post(f"/access-requests/own/{asked_id}/withdraw", Asked)

    async def access_requests(
        self, *, state: AccessRequestFilter = "", count: bool = False, cursor: str = "", limit: int = 50
    ) -> CountedPage[AccessRequest]:
        query = {"state": state, "count": count, "cursor": cursor, "limit": limit}
        return await self.api.get("/access-requests", CountedPage[AccessRequest], **query)

    async def access_request(self, request_id: UUID) -> AccessRequest:
        return await self.api.get(f"/access-requests/{request_id}", AccessRequest)

    async def approve_access(self, request_id: UUID) -> AccessRequest:
        return await self.api.post(f"/access-requests/{request_id}/approve", AccessRequest)

    async def deny_access(self, request_id: UUID, reason: str) -> AccessRequest:
        return await self.api.post(f"/access-requests/{request_id}/deny", AccessRequest, {"reason": reason})
