"""What the provider's staff do by hand for customers of the matrix: assets that are there, with a photo, and ones that
are to be delivered."""

import io
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from PIL import Image

from services.provisioning.jobs import advance_operations
from tests.authorisation.business import Business
from tests.authorisation.callers import CUSTOMER, HELD, PROVIDER

BY_HAND: dict[str, Any] = {"kind": "asset", "driver": "manual", "driver_options": {}, "display_name": "Edge gateway"}
TASKS = "provisioning/manual-tasks"
SOON = (datetime.now(UTC) + timedelta(days=9)).date().isoformat()


def photographed(color: str) -> bytes:
    """An image that can be a photo."""
    image = io.BytesIO()
    Image.new("RGB", (64, 64), color).save(image, "PNG")
    return image.getvalue()


async def work_by_hand(business: Business, location: UUID) -> None:
    """One asset for each bill group of two workspaces, and for a location of Northwind's second one, is delivered. One
    more of each workspace waits."""
    gateway = await business.publish("gateway", **BY_HAND)
    await business.installation.carry()
    first = {workspace: (await business.groups(workspace))[0] for workspace in (CUSTOMER, HELD)}
    second = (await business.groups(CUSTOMER))[1]
    for workspace, group in first.items():
        await business.order(workspace, gateway, group)
    await business.order(CUSTOMER, gateway, second)
    await business.order(CUSTOMER, gateway, second, location=location)
    await _provision(business)
    await _deliver(business)
    for workspace, group in first.items():
        await business.order(workspace, gateway, group)
    await _provision(business)


async def _deliver(business: Business) -> None:
    admin = business.tree.person(PROVIDER, "admin")
    for task in (await business.ask(admin, "GET", TASKS)).json()["items"]:
        await business.ask(admin, "POST", f"{TASKS}/{task['id']}/finish", {"serial_numbers": ["EG-1"]})
        await _take_photo(business, task["id"])
    await _provision(business)


async def _take_photo(business: Business, task: str) -> None:
    token = (await business.tree.person(PROVIDER, "admin").token())["access_token"]
    http, headers = business.installation["provisioning"].http, {"Authorization": f"Bearer {token}"}
    taken = await http.put(f"/api/{TASKS}/{task}/photo", content=photographed("navy"), headers=headers)
    assert taken.is_success, taken.text


async def _provision(business: Business) -> None:
    await business.installation.carry()
    await business.installation["provisioning"].work(advance_operations)
    await business.installation.carry()
