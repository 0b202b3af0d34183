"""Accounts of companies that their holders close, at identity."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from services.portal.clients.http import Answer, Api
from services.portal.clients.page_context import User

Nothing = type(None)


class Closing(Answer):
    """That an account is being closed, or is closed."""

    asked_at: datetime
    asked_by: User
    closes_at: datetime
    closed_at: datetime | None
    """Since when it is closed; None: it is not yet."""


class OwnClosing(Answer):
    """Whether the account of the viewer's workspace is being closed, and what closing it means."""

    closing: Closing | None
    would_close_at: datetime
    account_number: str
    losing_access: int
    """How many people lose access: all but the holders."""
    invitations: int
    has_customers: bool
    """Whether it is a partner with customers, which keep it from being closed."""
    signed_in_lately: bool


class ClosingBelow(Answer):
    """A workspace below the viewer's."""

    workspace_id: UUID
    display_name: str
    kind: Literal["partner", "customer"]
    closing: Closing | None


class ClosingCalls:
    api: Api

    async def own_closing(self) -> OwnClosing:
        return await self.api.get("/closings/own", OwnClosing)

    async def ask_for_closing(self, account_number: str, key: str) -> OwnClosing:
        return await self.api.post("/closings", OwnClosing, {"account_number": account_number}, key=key)

    async def keep_account(self) -> None:
        await self.api.post("/closings/own/keep", Nothing)

    async def closing_below(self, workspace_id: UUID) -> ClosingBelow:
        return await self.api.get(f"/closings/below/{workspace_id}", ClosingBelow)
