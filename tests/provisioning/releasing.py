"""Releases for tests: publishing them, licences that entitle to them, and downloading."""

from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import update

from services.provisioning.jobs import check_release_files
from services.provisioning.licences.models import Licence
from services.provisioning.services.models import Service
from tests.harness.services import Caller
from tests.provisioning.harness import ProvisioningHarness, post

RELEASES, DOWNLOADS = "/api/provisioning/releases", "/api/provisioning/downloads"
CONTENT = bytes(range(256)) * 4_000


async def draft(
    provisioning: ProvisioningHarness, product: dict[str, Any], version: str = "2.0", released_on: str = "2026-05-04"
) -> str:
    body = {"product_id": product["id"], "version": version, "released_on": released_on, "notes": "Faster.\nSafer."}
    answer = await post(provisioning.provider, RELEASES, body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def upload(
    provisioning: ProvisioningHarness, release: str, name: str = "console-2.0.tar.gz", content: bytes = CONTENT
) -> httpx.Response:
    return await provisioning.provider.http.put(f"{RELEASES}/{release}/files/{name}", content=content)


async def publish(provisioning: ProvisioningHarness, release: str) -> httpx.Response:
    return await provisioning.provider.http.post(f"{RELEASES}/{release}/publish")


async def withdraw(provisioning: ProvisioningHarness, release: str) -> httpx.Response:
    return await post(provisioning.provider, f"{RELEASES}/{release}/withdraw", {"reason": "It does not start"})


async def published(provisioning: ProvisioningHarness, product: dict[str, Any], **about: str) -> tuple[str, str]:
    """The ids of a published release and of its only file."""
    release = await draft(provisioning, product, **about)
    added = await upload(provisioning, release)
    assert added.status_code == 201, added.text
    answer = await publish(provisioning, release)
    assert answer.status_code == 200, answer.text
    return release, str(added.json()["id"])


async def license_to(
    provisioning: ProvisioningHarness, caller: Caller, product: dict[str, Any], maintenance_until: date | None = None,
    bill_group_id: UUID | None = None, **changes: Any,
) -> None:  # fmt: skip
    """A licence of the caller's workspace, which is issued with its service."""
    order = await provisioning.order(caller, product)
    await provisioning.work()
    async with provisioning.database.owner.begin() as session:
        of_service = {"service_id": UUID(order["service_id"])}
        if bill_group_id:
            await session.execute(update(Service).where(Service.id == of_service["service_id"]).values(
                bill_group_id=bill_group_id))  # fmt: skip
        values = {"maintenance_until": maintenance_until} | changes
        await session.execute(update(Licence).filter_by(**of_service).values(**values))


async def check_files(provisioning: ProvisioningHarness) -> None:
    while await check_release_files(provisioning.worker()):
        pass


async def ask(caller: Caller, file: str) -> httpx.Response:
    return await caller.http.post(DOWNLOADS, json={"file_id": file})


async def link_to(caller: Caller, file: str) -> str:
    answer = await ask(caller, file)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["path"])


async def releases_of(caller: Caller, product: dict[str, Any]) -> list[dict[str, Any]]:
    answer = await caller.http.get(f"{DOWNLOADS}/products/{product['key']}/releases")
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


def downloads_folder(provisioning: ProvisioningHarness) -> Path:
    return Path(provisioning.running.runtime.settings.files_dir) / "downloads"


def stored(provisioning: ProvisioningHarness) -> list[str]:
    """What the store has of uploads."""
    found = (downloads_folder(provisioning) / "releases").rglob("*")
    return sorted(path.name for path in found if path.is_file())
