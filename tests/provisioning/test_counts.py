import asyncio
from typing import Any

import pytest

from services.provisioning.jobs import advance_operations
from tests.provisioning.shop import Shop

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
    shop: Shop, product: dict[str, Any], ports: int, circuits: int, clouds: int
) -> None:
    jonas = await shop.running.caller("admin")
    await shop.order(jonas, await shop.product(**product))
    before = (await jonas.http.get(COUNTS)).json()

    await shop.work()

    counts = {"ports": ports, "virtual_circuits": circuits, "cloud_connections": clouds}
    told = await shop.database.events("provisioning.service_counts_changed")
    assert set(before.values()) == {0}
    assert (await jonas.http.get(COUNTS)).json() == counts
    assert [{name: event[name] for name in counts} for event in told] == ([counts] if any(counts.values()) else [])


@pytest.mark.rule("P7")
async def test_counts_are_absolute_and_their_versions_grow(shop: Shop) -> None:
    jonas, product = await shop.running.caller("admin"), await shop.product()
    await shop.order(jonas, product, quantity=2)
    await shop.work()
    await shop.order(jonas, product)

    await shop.work()

    told: list[Any] = await shop.database.events("provisioning.service_counts_changed")
    assert [event["ports"] for event in told] == [2, 3]
    assert told[0]["subject"]["version"] < told[1]["subject"]["version"]


@pytest.mark.rule("P7")
async def test_services_that_are_ready_at_the_same_moment_are_all_counted(shop: Shop) -> None:
    jonas, product = (
        await shop.running.caller("admin"),
        await shop.product(driver_options={"step_seconds": 0, "steps": ["Make"]}),
    )
    for _ in range(12):
        await shop.order(jonas, product)

    await asyncio.gather(*(advance_operations(shop.worker()) for _ in range(3)))

    assert (await jonas.http.get(COUNTS)).json()["ports"] == 12
    assert await shop.broken() == []


async def test_a_service_that_failed_is_not_counted(shop: Shop) -> None:
    jonas, product = (
        await shop.running.caller("admin"),
        await shop.product(driver_options={"step_seconds": 0, "fail_at_step": 1}),
    )
    await shop.order(jonas, product)

    await shop.work()

    assert (await jonas.http.get(COUNTS)).json()["ports"] == 0
    assert await shop.database.events("provisioning.service_counts_changed") == []
