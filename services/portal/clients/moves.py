"""Moves of customers from one seller to another, at identity."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from services.portal.clients.http import Answer, Api

Nothing = type(None)


class Move(Answer):
    """A proposed move, and what became of it."""

    id: UUID
    from_company: str
    to_company: str
    reason: str
    state: Literal["proposed", "consented", "declined", "withdrawn", "expired"]
    proposed_by: str
    company: str
    """The provider."""
    proposed_at: datetime
    expires_at: datetime
    ended_by: str | None
    ended_at: datetime | None
    answer: str | None

    @property
    def is_open(self) -> bool:
        return self.state == "proposed"


class MoveBelow(Answer):
    """A customer below the provider, with the newest move that was proposed to it."""

    workspace_id: UUID
    display_name: str
    connected: bool
    suspended: bool
    seller: str
    move: Move | None


class Seller(Answer):
    """A company that can take a customer."""

    id: UUID
    display_name: str


class MoveHere(Answer):
    """The open move of the viewer's workspace, and what it would mean."""

    move: Move | None
    gains_people: bool
    """Whether the new seller's admins may enter without a link afterwards."""
    contacts: int


class MoveCalls:
    api: Api

    async def move_here(self) -> MoveHere:
        return await self.api.get("/moves/here", MoveHere)

    async def consent_to_move(self, move_id: UUID) -> None:
        await self.api.post(f"/moves/here/{move_id}/consent", Nothing)

    async def decline_move(self, move_id: UUID, *, reason: str) -> None:
        await self.api.post(f"/moves/here/{move_id}/decline", Nothing, {"reason": reason})

    async def move_below(self, workspace_id: UUID) -> MoveBelow:
        return await self.api.get(f"/moves/below/{workspace_id}", MoveBelow)

    async def sellers_for(self, workspace_id: UUID) -> list[Seller]:
        return await self.api.get(f"/moves/below/{workspace_id}/sellers", list[Seller])

    async def propose_move(self, workspace_id: UUID, *, to_workspace_id: UUID, reason: str) -> None:
        body = {"to_workspace_id": str(to_workspace_id), "reason": reason}
        await self.api.put(f"/moves/below/{workspace_id}", Nothing, body)

    async def withdraw_move(self, workspace_id: UUID) -> None:
        await self.api.delete(f"/moves/below/{workspace_id}")
