import asyncio
from typing import Any

import pytest

from services.provisioning.jobs import advance_operations
from tests.provisioning.harness import ProvisioningHarness

COUNTS = "/api/provisioning/services/counts"
DEDICATED = {"kind": "cloud_connection", "connection": "dedicated"}
HOSTED = {"kind": "cloud_connection", "connection": "hosted"}


@pytest.mark.rule("P7", "P8", "P9", "D8")
@pytest.mark.parametrize(
    ("product", "ports", "circuits", "clouds"),
    [
        ({"kind": "port"}, 1, 0, 0),
        ({"kind": "virtual_circuit"}, 0, 1, 0),
        (HOSTED, 0, 1, 1),
        (DEDICATED, 0, 0, 1),
        (DEDICATED | {"is_also_port": True}, 1, 0, 1),
        ({"kind": "node"}, 0, 0, 0),
    ],
)
async def test_each_kind_of_service_counts_where_it_belongs(
    provisioning: ProvisioningHarness, product: dict[str, Any], ports: int, circuits: int, clouds: int
) -> None:
    jonas = await provisioning.running.caller("admin")
    await provisioning.order(jonas, await provisioning.product(**product))
    before = (await jonas.http.get(COUNTS)).json()

    await provisioning.work()

    counts = {"ports": ports, "virtual_circuits": circuits, "cloud_connections": clouds}
    told = await provisioning.database.events("provisioning.service_counts_changed")
    assert set(before.values()) == {0}
    assert (await jonas.http.get(COUNTS)).json() == counts
    assert [{name: event[name] for name in counts} for event in told] == ([counts] if any(counts.values()) else [])


@pytest.mark.rule("P7")
async def test_counts_are_absolute_and_their_versions_grow(provisioning: ProvisioningHarness) -> None:
    jonas, product = await provisioning.running.caller("admin"), await provisioning.product()
    await provisioning.order(jonas, product, quantity=2)
    await provisioning.work()
    await provisioning.order(jonas, product)

    await provisioning.work()

    told: list[Any] = await provisioning.database.events("provisioning.service_counts_changed")
    assert [event["ports"] for event in told] == [2, 3]
    assert told[0]["subject"]["version"] < told[1]["subject"]["version"]


@pytest.mark.rule("P7")
async def test_services_that_are_ready_at_the_same_moment_are_all_counted(provisioning: ProvisioningHarness) -> None:
    jonas, product = (
        await provisioning.running.caller("admin"),
        await provisioning.product(driver_options={"step_seconds": 0, "steps": ["Make"]}),
    )
    for _ in range(12):
        await provisioning.order(jonas, product)

    await asyncio.gather(*(advance_operations(provisioning.worker()) for _ in range(3)))

    assert (await jonas.http.get(COUNTS)).json()["ports"] == 12
    assert await provisioning.broken() == []


async def test_a_service_that_failed_is_not_counted(provisioning: ProvisioningHarness) -> None:
    jonas, product = (
        await provisioning.running.caller("admin"),
        await provisioning.product(driver_options={"step_seconds": 0, "fail_at_step": 1}),
    )
    await provisioning.order(jonas, product)

    await provisioning.work()

    assert (await jonas.http.get(COUNTS)).json()["ports"] == 0
    assert await provisioning.database.events("provisioning.service_counts_changed") == []
