"""Provisioning: releases of products, for staff."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID

from services.portal.clients.http import Answer, Api, Page

Nothing = type(None)


class PlacedFile(Answer):
    """A file that the operator has put into the store."""

    name: str
    size: int
    """In bytes."""


class PlacedFiles(Answer):
    items: list[PlacedFile]
    upload_bytes: int
    """The size of the largest file that can be uploaded."""


class ReleaseFile(Answer):
    id: UUID
    name: str
    state: str
    """``receiving``, ``checking``, ``ready`` or ``failed``."""
    size: int | None
    """None until it is known, as the checksum."""
    sha256: str | None
    downloads: int
    """At most 1,000."""


class ReleaseSummary(Answer):
    id: UUID
    version: str
    released_on: date
    state: str
    """``draft``, ``published`` or ``withdrawn``."""
    published_at: datetime | None
    withdrawn_at: datetime | None
    downloads: int
    """At most 1,000."""

    @property
    def is_draft(self) -> bool:
        return self.state == "draft"

    @property
    def is_published(self) -> bool:
        return self.state == "published"


class Release(ReleaseSummary):
    product_id: UUID
    notes: str
    withdrawn_for: str | None
    files: list[ReleaseFile]

    @property
    def can_be_published(self) -> bool:
        return self.is_draft and bool(self.files) and all(file.state == "ready" for file in self.files)

    @property
    def waits(self) -> bool:
        """Whether the checksum of a file is still being computed."""
        return any(file.state == "checking" for file in self.files)


class ChangedRelease(Answer):
    id: UUID
    version: str
    state: str


@dataclass(frozen=True)
class Releasing:
    """The errors of what is entered are the service's to say, so that days are sent as they are."""

    api: Api

    async def releases(self, product_id: UUID, *, cursor: str = "", limit: int = 20) -> Page[ReleaseSummary]:
        return await self.api.get("/releases", Page[ReleaseSummary], product_id=product_id, cursor=cursor, limit=limit)

    async def release(self, release_id: UUID) -> Release:
        return await self.api.get(f"/releases/{release_id}", Release)

    async def placed_files(self) -> PlacedFiles:
        return await self.api.get("/releases/placed-files", PlacedFiles)

    async def add_release(
        self, product_id: UUID, version: str, released_on: str, notes: str, key: str
    ) -> ChangedRelease:
        body: dict[str, Any] = {"version": version, "released_on": released_on, "notes": notes}
        return await self.api.post("/releases", ChangedRelease, body | {"product_id": str(product_id)}, key=key)

    async def change_release(self, release_id: UUID, version: str, released_on: str, notes: str) -> ChangedRelease:
        body = {"version": version, "released_on": released_on, "notes": notes}
        return await self.api.put(f"/releases/{release_id}", ChangedRelease, body)

    async def publish_release(self, release_id: UUID) -> ChangedRelease:
        return await self.api.post(f"/releases/{release_id}/publish", ChangedRelease)

    async def withdraw_release(self, release_id: UUID, reason: str) -> ChangedRelease:
        return await self.api.post(f"/releases/{release_id}/withdraw", ChangedRelease, {"reason": reason})

    async def choose_placed_file(self, release_id: UUID, name: str, key: str) -> None:
        await self.api.post(f"/releases/{release_id}/files", Nothing, {"name": name}, key=key)

    async def upload_release_file(self, release_id: UUID, name: str, content: AsyncIterator[bytes]) -> None:
        """Passes the file on while it comes."""
        await self.api.put_stream(f"/releases/{release_id}/files/{quote(name, safe='')}", Nothing, content)

    async def remove_release_file(self, release_id: UUID, file_id: UUID) -> None:
        await self.api.delete(f"/releases/{release_id}/files/{file_id}")
