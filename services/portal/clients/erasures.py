"""The end of a person's own account, at identity."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from services.portal.clients.http import Answer, Api

Nothing = type(None)


class Erasure(Answer):
    """That the person wants their account deleted."""

    id: UUID
    requested_at: datetime
    due_at: datetime


class LeftWorkspace(Answer):
    """A workspace that the person leaves with their account."""

    id: UUID
    slug: str
    display_name: str
    role: str
    obstacle: Literal["holder", "last_admin"] | None
    """Why the account cannot be deleted yet."""


class OwnErasure(Answer):
    erasure: Erasure | None
    workspaces: list[LeftWorkspace]
    signed_in_lately: bool
    """Whether the person has proven their mailbox lately, as it is needed to ask for it."""

    @property
    def may_be_asked_for(self) -> bool:
        return not any(each.obstacle for each in self.workspaces)


@dataclass(frozen=True)
class ErasureCalls:
    api: Api

    async def own_erasure(self) -> OwnErasure:
        return await self.api.get("/erasures/own", OwnErasure)

    async def request_erasure(self, address: str, key: str) -> Erasure:
        return await self.api.post("/erasures", Erasure, {"address": address}, key=key)

    async def withdraw_erasure(self) -> None:
        await self.api.post("/erasures/own/withdraw", Nothing)
