"""Provisioning: resetting the credentials of services."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from services.portal.clients.exports import Exporting
from services.portal.clients.http import Answer
from services.portal.clients.operations import OperationBegun
from services.portal.work import CREDENTIALS


class CredentialsState(Answer):
    """What became of new credentials, without them."""

    state: Literal["awaited", "ready", "shown", "over", "failed"]
    begun_by_you: bool
    until: datetime | None
    """Until when they can be shown; None unless they can."""
    shown_at: datetime | None


class Credential(Answer):
    name: str
    code: str | None
    value: str = Field(repr=False)

    @property
    def called(self) -> str:
        return CREDENTIALS.get(self.code or "", self.name)


class NewCredentials(Answer):
    credentials: list[Credential]


@dataclass(frozen=True)
class Resetting(Exporting):
    async def reset_credentials(self, service_id: UUID, key: str) -> OperationBegun:
        return await self.api.post("/credentials", OperationBegun, {"service_id": str(service_id)}, key=key)

    async def credentials_state(self, operation_id: UUID) -> CredentialsState:
        return await self.api.get(f"/credentials/{operation_id}", CredentialsState)

    async def show_credentials(self, operation_id: UUID) -> NewCredentials:
        """They can be read once."""
        return await self.api.post(f"/credentials/{operation_id}/show", NewCredentials)
