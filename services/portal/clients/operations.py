"""Provisioning: the work on services."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args
from uuid import UUID

from pydantic import Field

from services.portal.clients.exports import Exporting
from services.portal.clients.http import Answer, Page
from services.portal.work import said, title_of

TroubleshootingVerb = Literal["restart", "diagnose", "console_log"]


class Step(Answer):
    n: int
    title: str
    key: str | None = None
    state: str
    detail: str
    detail_code: str | None = None
    detail_values: dict[str, int | str] = Field(default_factory=dict)
    at: datetime | None

    @property
    def called(self) -> str:
        return title_of(self.title, self.key)

    @property
    def told(self) -> str:
        """How it stands, in the reader's language."""
        return said(self.detail, self.detail_code, self.detail_values)


class LatestOperation(Answer):
    """The latest work on a service."""

    id: UUID
    verb: str
    state: str
    step: int
    steps: int
    message: str
    message_code: str | None = None
    message_values: dict[str, int | str] = Field(default_factory=dict)

    @property
    def told(self) -> str:
        """What is said of it, in the reader's language."""
        return said(self.message, self.message_code, self.message_values)

    @property
    def is_live(self) -> bool:
        return self.state in ("queued", "running")


class OperationSummary(LatestOperation):
    """Work on a service in its history."""

    order_id: UUID | None
    started_at: datetime
    ended_at: datetime | None
    begun_by_address: str | None
    begun_via: str


class Operation(OperationSummary):
    service_id: UUID
    service_display_name: str
    undoing: bool
    cancelled: bool
    """Whether somebody wants it to stop."""
    has_output: bool
    operation_steps: list[Step]

    @property
    def may_be_stopped(self) -> bool:
        return self.is_live and self.verb in get_args(TroubleshootingVerb)


class OperationBegun(Answer):
    id: UUID


class OperationOutput(Answer):
    output: str | None


@dataclass(frozen=True)
class Operating(Exporting):
    async def begin_operation(self, service_id: UUID, verb: TroubleshootingVerb, key: str) -> OperationBegun:
        body = {"service_id": str(service_id), "verb": verb}
        return await self.api.post("/operations", OperationBegun, body, key=key)

    async def operations(self, service_id: UUID, *, cursor: str = "", limit: int = 20) -> Page[OperationSummary]:
        query = {"service_id": service_id, "cursor": cursor, "limit": limit}
        return await self.api.get("/operations", Page[OperationSummary], **query)

    async def operation(self, operation_id: UUID) -> Operation:
        return await self.api.get(f"/operations/{operation_id}", Operation)

    async def operation_output(self, operation_id: UUID) -> OperationOutput:
        return await self.api.get(f"/operations/{operation_id}/output", OperationOutput)

    async def cancel_operation(self, operation_id: UUID) -> None:
        await self.api.post(f"/operations/{operation_id}/cancel", type(None))
