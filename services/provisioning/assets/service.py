"""What is written down of assets, and their photos."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.assets.models import AssetPhoto
from services.provisioning.assets.schemas import AssetUpdate
from services.provisioning.services.models import Service
from shared.errors import Invalid, NotFound
from shared.events.provisioning import AssetDescribed
from shared.field_errors import field_error
from shared.outbox import emit
from shared.reads import ScopedReads

PHOTO = "SELECT content FROM asset_photos WHERE service_id = $1 AND workspace_id = $2"


class AssetDoesNotFit(Invalid):
    """Only assets have serial numbers, a condition and a photo, and at most one serial number per piece."""

    title = "That cannot be written down"


async def describe_asset(
    session: AsyncSession, service: Service, body: AssetUpdate, about: Mapping[str, Any]
) -> None:  # fmt: skip
    """Write down what is known of a locked asset. The same again says nothing. ``about`` are the members of its event
    that say whose deed it is. Raises `AssetDoesNotFit`."""
    numbers = list(dict.fromkeys(body.serial_numbers))
    before = service.serial_numbers, service.condition
    if before == (numbers, body.condition):
        return
    if service.kind != "asset":
        raise _refused("/serial_numbers", "is only of assets")
    if len(numbers) > service.quantity:
        raise _refused("/serial_numbers", f"has at most one per piece: {service.quantity}")
    service.serial_numbers, service.condition = numbers, body.condition
    await _tell(session, service, about)


async def set_photo(
    session: AsyncSession, service: Service, photo: tuple[str, bytes] | None, about: Mapping[str, Any]
) -> None:  # fmt: skip
    """Give a locked asset this photo, its digest and its content, or none. Raises `AssetDoesNotFit`."""
    digest, content = photo or (None, b"")
    if service.photo_digest == digest:
        return
    if service.kind != "asset":
        raise _refused("", "is only of assets")
    if digest is None:
        await session.execute(delete(AssetPhoto).where(AssetPhoto.service_id == service.id))
    else:
        new = {"digest": digest, "content": content}
        row = insert(AssetPhoto).values(service_id=service.id, workspace_id=service.workspace_id, **new)
        await session.execute(row.on_conflict_do_update(index_elements=["service_id"], set_=new))
    service.photo_digest = digest
    await _tell(session, service, about)


async def read_photo(read: ScopedReads, service_id: UUID) -> bytes:
    """Raises `NotFound`."""
    row = await read.fetchrow(PHOTO, service_id, read.access.workspace_id)
    if row is None:
        raise NotFound("There is no such photo.")
    return bytes(row["content"])


async def _tell(session: AsyncSession, service: Service, about: Mapping[str, Any]) -> None:
    service.version += 1
    await session.flush()
    fields = {
        "workspace_id": service.workspace_id,
        "subject_version": service.version,
        "service_id": service.id,
        "bill_group_id": service.bill_group_id,
        "display_name": service.display_name,
        "serial_numbers": tuple(service.serial_numbers),
        "condition": service.condition,
        "has_photo": service.photo_digest is not None,
    }
    await emit(session, AssetDescribed.model_validate(fields | dict(about)))


def _refused(pointer: str, detail: str) -> AssetDoesNotFit:
    return AssetDoesNotFit("Correct it.", errors=[field_error(pointer, "does_not_fit", detail)])
