"""Resetting the credentials of a service, as people ask for it."""

from typing import Any

import httpx
from sqlalchemy import text

from deploy.migrating.rights import tables_of
from services.provisioning.drivers.simulated_credentials import opens
from shared.auth.access import replace_grants
from shared.events.grants import Grant
from tests.harness.services import Caller
from tests.provisioning.harness import ProvisioningHarness, post
from tests.provisioning.test_troubleshooting import a_node as an_ordinary_node

CREDENTIALS = "/api/provisioning/credentials"


async def a_node(provisioning: ProvisioningHarness, role: str = "admin", **options: Any) -> tuple[Caller, Caller, str]:
    """In a workspace whose holder control is off."""
    found = await an_ordinary_node(provisioning, role, **options)
    await provisioning.add_workspace(found[0].workspace_id, "customer", "Northwind Logistics")
    return found


async def reset(caller: Caller, service_id: str, *, key: str | None = None) -> httpx.Response:
    return await post(caller, CREDENTIALS, {"service_id": service_id}, key=key)


async def show(caller: Caller, operation_id: str) -> httpx.Response:
    return await caller.http.post(f"{CREDENTIALS}/{operation_id}/show")


async def state(caller: Caller, operation_id: str) -> dict[str, Any]:
    answer = await caller.http.get(f"{CREDENTIALS}/{operation_id}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def values(answer: httpx.Response) -> dict[str, str]:
    assert answer.status_code == 200, answer.text
    return {each["code"]: each["value"] for each in answer.json()["credentials"]}


async def made(provisioning: ProvisioningHarness, **options: Any) -> tuple[Caller, str, str]:
    """An admin, a node, and the operation that has reset its credentials."""
    _, admin, service_id = await a_node(provisioning, **options)
    begun = (await reset(admin, service_id)).json()["id"]
    await provisioning.work()
    return admin, service_id, begun


async def let_in(provisioning: ProvisioningHarness, credentials: dict[str, str]) -> bool:
    async with provisioning.database.owner() as session:
        return await opens(session, credentials["user_name"], credentials["password"])


async def dump(provisioning: ProvisioningHarness) -> str:
    """All that is in the database."""
    async with provisioning.database.owner() as session:
        found = [
            (await session.execute(text(f"SELECT to_jsonb(t)::text FROM {table.name} t"))).scalars().all()
            for table in tables_of("provisioning")
        ]
    return str(found)


async def change_grant(provisioning: ProvisioningHarness, person: Caller, **changes: Any) -> None:
    """As identity's event would."""
    known = provisioning.running.identity.people[person.user_id]
    grants: list[Grant] = [grant.model_copy(update=changes) for grant in known.grants]
    newer = known.model_copy(update={"version": known.version + 1, "grants": grants})
    provisioning.running.identity.people[person.user_id] = newer
    await replace_grants(provisioning.running.runtime.pool, newer)
