"""Provisioning: what the provider's staff do by hand for customers of all workspaces."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from services.portal.clients.catalogue import ProductName
from services.portal.clients.http import Answer, Api, Page
from services.portal.clients.sending import Streamed

TaskFilter = Literal["", "waiting", "planned", "done", "given_up", "dropped"]
"""Empty: those that wait or are planned."""
Nothing = type(None)


class TaskCount(Answer):
    count: int
    """At most 1,000."""


class TaskSummary(Answer):
    """A task in the list of all workspaces."""

    id: UUID
    customer_name: str | None
    order_number: str
    display_name: str
    """The service's name at the time of its order."""
    product_name: str
    kind: str
    verb: str
    """``create``, ``change`` or ``delete``."""
    quantity: int
    location_name: str | None
    """Where it is to be done; None: at no location."""
    wanted_on: date | None
    """None: as soon as possible."""
    planned_on: date | None
    state: str
    opened_at: datetime
    """Since when it can be done."""


class TaskPlace(Answer):
    """Where a task is to be done. A text is empty if it is not said."""

    display_name: str
    street: str
    postal_code: str
    city: str
    country: str
    """Two letters."""
    contact_name: str
    contact_address: str


class ManualTask(TaskSummary):
    service_name: str
    """Its present name."""
    service_state: str
    product: ProductName
    configuration: dict[str, Any] | None
    """None where what is stored cannot be read."""
    place: TaskPlace | None
    former_location_name: str | None
    """Of a change that moves it, where it was."""
    message: str
    """What its customer wishes."""
    note: str
    """What its customer was told with the plan."""
    reason: str | None
    """Why it was given up."""
    answered_by_address: str | None
    ordered_by_address: str | None
    serial_numbers: list[str]
    condition: str | None
    photo_digest: str | None
    """Names the photo; None: there is none."""

    @property
    def is_open(self) -> bool:
        return self.state in ("waiting", "planned")

    @property
    def may_be_given_up(self) -> bool:
        """What is cancelled has to be collected or taken down."""
        return self.is_open and self.verb != "delete"

    @property
    def delivers_asset(self) -> bool:
        """Whether an asset is there when it is done, so that its serial numbers are known then."""
        return self.kind == "asset" and self.verb == "create"

    @property
    def has_asset(self) -> bool:
        """Whether there is an asset to describe: it was delivered, and is not collected yet."""
        there = self.verb != "create" or self.state == "done"
        return self.kind == "asset" and there and self.service_state != "deleted"


@dataclass(frozen=True)
class WorkingByHand:
    """The errors of what is entered are the service's to say, so that days and conditions are sent as they are."""

    api: Api

    async def manual_tasks(self, *, state: TaskFilter = "", cursor: str = "", limit: int = 50) -> Page[TaskSummary]:
        return await self.api.get("/manual-tasks", Page[TaskSummary], state=state, cursor=cursor, limit=limit)

    async def manual_task_count(self) -> TaskCount:
        return await self.api.get("/manual-tasks/count", TaskCount)

    async def manual_task(self, task_id: UUID) -> ManualTask:
        return await self.api.get(f"/manual-tasks/{task_id}", ManualTask)

    async def plan_manual_task(self, task_id: UUID, planned_on: str, note: str) -> None:
        body = {"planned_on": planned_on, "note": note}
        await self.api.post(f"/manual-tasks/{task_id}/plan", Nothing, body)

    async def finish_manual_task(self, task_id: UUID, serial_numbers: Sequence[str], condition: str | None) -> None:
        body = {"serial_numbers": list(serial_numbers), "condition": condition}
        await self.api.post(f"/manual-tasks/{task_id}/finish", Nothing, body)

    async def give_up_manual_task(self, task_id: UUID, reason: str) -> None:
        await self.api.post(f"/manual-tasks/{task_id}/give-up", Nothing, {"reason": reason})

    async def describe_asset(self, task_id: UUID, serial_numbers: Sequence[str], condition: str | None) -> None:
        body = {"serial_numbers": list(serial_numbers), "condition": condition}
        await self.api.put(f"/manual-tasks/{task_id}/asset", Nothing, body)

    async def change_asset_photo(self, task_id: UUID, image: bytes) -> None:
        await self.api.put_bytes(f"/manual-tasks/{task_id}/photo", Nothing, image)

    async def remove_asset_photo(self, task_id: UUID) -> None:
        await self.api.delete(f"/manual-tasks/{task_id}/photo")

    def task_photo(self, task_id: UUID) -> AbstractAsyncContextManager[Streamed]:
        return self.api.stream(f"/manual-tasks/{task_id}/photo")
