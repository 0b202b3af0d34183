"""What is to be done by hand for customers of all workspaces, for the provider's staff."""

import asyncio
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Request, Response

from services.provisioning.assets.endpoints import PHOTO, photo_response
from services.provisioning.assets.images import NotAPhoto, make_photo
from services.provisioning.assets.schemas import AssetUpdate
from services.provisioning.assets.service import AssetDoesNotFit
from services.provisioning.manual_tasks import listing, reading, service
from services.provisioning.manual_tasks.refusals import PlannedOtherwise, TaskNotGivenUp, TaskNotOpen
from services.provisioning.manual_tasks.schemas import (
    TaskCountRead,
    TaskGivingUp,
    TaskPlan,
    TaskRead,
    TasksQuery,
    TaskSummaryRead,
)
from shared.auth import CurrentAccess, Router, allow
from shared.clock import Now
from shared.db import Session
from shared.errors import BodyTooLarge, NotFound
from shared.pages import Page, page_response
from shared.reads import Reader

router = Router("provisioning", "manual-tasks")

GUARD = allow("work.fulfil")
BINARY = {"type": "string", "format": "binary"}
UPLOAD: dict[str, Any] = {
    "requestBody": {"required": True, "content": {"application/octet-stream": {"schema": BINARY}}},
}
_decoding = asyncio.Semaphore(1)
"""Decoding an image takes a processor and some memory: one at a time in each process."""


@router.get("", guard=GUARD, response_model=Page[TaskSummaryRead])
async def list_tasks(read: Reader, query: Annotated[TasksQuery, Query()]) -> Response:
    """The tasks of all workspaces, the one that waits longest first. Without a ``state`` those that are open."""
    return page_response(await listing.list_tasks(read, query), query.limit, ("opened_at", "id"))


@router.get("/count", guard=GUARD)
async def count_tasks(read: Reader) -> TaskCountRead:
    """How many tasks of all workspaces are open."""
    return TaskCountRead(count=await listing.count_tasks(read))


@router.get("/{task_id}", guard=GUARD, problems=(NotFound,))
async def get_task(task_id: UUID, session: Session, access: CurrentAccess) -> TaskRead:
    """One task, with what is to be set up and where. Without prices."""
    return await reading.read_task(session, task_id, access.user_id)


@router.post("/{task_id}/plan", guard=GUARD, status_code=204, problems=(NotFound, TaskNotOpen, PlannedOtherwise))
async def plan_task(task_id: UUID, body: TaskPlan, session: Session, access: CurrentAccess, now: Now) -> None:
    """Say for when it is planned, with a note for its customer, who is told of both. Once more if that changes."""
    await service.plan_task(session, task_id, body, by=access, now=now)


@router.post("/{task_id}/finish", guard=GUARD, status_code=204, problems=(NotFound, TaskNotOpen, AssetDoesNotFit))
async def finish_task(task_id: UUID, body: AssetUpdate, session: Session, access: CurrentAccess, now: Now) -> None:
    """It is done: what was ordered is there, changed or gone. Of an asset that was delivered, its serial numbers and
    condition are written down. Of two ends the first counts."""
    await service.finish_task(session, task_id, body, by=access, now=now)


@router.post("/{task_id}/give-up", guard=GUARD, status_code=204, problems=(NotFound, TaskNotOpen, TaskNotGivenUp))
async def give_up_task(task_id: UUID, body: TaskGivingUp, session: Session, access: CurrentAccess, now: Now) -> None:
    """It cannot be done: its order fails, and its customer is told why. Nothing is billed for it. Of two ends the first
    counts. What is cancelled has to be collected or taken down, and cannot be given up."""
    await service.give_up_task(session, task_id, body.reason, by=access, now=now)


@router.put("/{task_id}/asset", guard=GUARD, status_code=204, problems=(NotFound, AssetDoesNotFit))
async def change_asset(task_id: UUID, body: AssetUpdate, session: Session, access: CurrentAccess) -> None:
    """Write down the serial numbers and the condition of the asset of a task, whatever the task's state."""
    await service.change_asset(session, task_id, body, by=access)


@router.put("/{task_id}/photo", guard=GUARD, status_code=204, openapi_extra=UPLOAD,
            problems=(NotFound, NotAPhoto, AssetDoesNotFit, BodyTooLarge))  # fmt: skip
async def change_photo(task_id: UUID, request: Request, session: Session, access: CurrentAccess) -> None:
    """Give the asset of a task a photo: the body is a PNG, JPEG or WebP image of 64 to 12,000 pixels on each side and
    16 million in all, whatever its content type says. It is made smaller and written anew as a JPEG without
    metadata."""
    upload = await request.body()
    async with _decoding:
        photo = await asyncio.to_thread(make_photo, upload)
    await service.change_photo(session, task_id, photo, by=access)


@router.delete("/{task_id}/photo", guard=GUARD, status_code=204, problems=(NotFound,))
async def remove_photo(task_id: UUID, session: Session, access: CurrentAccess) -> None:
    """Take the photo of a task's asset away."""
    await service.change_photo(session, task_id, None, by=access)


@router.get("/{task_id}/photo", guard=GUARD, problems=(NotFound,), response_class=Response,
            responses=PHOTO)  # fmt: skip
async def get_photo(task_id: UUID, session: Session, access: CurrentAccess) -> Response:
    """The photo of a task's asset, a JPEG."""
    return photo_response(await service.read_photo(session, task_id, by=access))
