"""A stored configuration or schema that cannot be read is one row's problem."""

import orjson
import pytest
from sqlalchemy import text

from tests.harness.logs import captured_logs
from tests.provisioning.harness import SPEED_AND_TERM, ProvisioningHarness

PRODUCTS, SERVICES = "/api/provisioning/products", "/api/provisioning/services"
BREAK = "UPDATE {table} SET configuration = CAST(:deep AS jsonb) WHERE {column} = :order"


@pytest.mark.parametrize("levels", [195, 240, 600])
async def test_a_configuration_that_is_nested_too_deeply_takes_no_other_service_with_it(
    provisioning: ProvisioningHarness, levels: int
) -> None:
    product, jonas = await provisioning.product(), await provisioning.running.caller("admin")
    first, broken, last = [await provisioning.order(jonas, product) for _ in range(3)]
    deep = '{"a":' * levels + "1" + "}" * levels
    async with provisioning.database.owner.begin() as session:
        for table, column in (("services", "order_id"), ("orders", "id")):
            await session.execute(text(BREAK.format(table=table, column=column)), {"deep": deep, "order": broken["id"]})

    with captured_logs() as lines:
        listed = await jonas.http.get(SERVICES)
        alone = await jonas.http.get(f"{SERVICES}/{broken['service_id']}")
        order = await provisioning.read(jonas, broken)

    assert (listed.status_code, alone.status_code) == (200, 200)
    rows = {row["order_id"]: row["configuration"] for row in orjson.loads(listed.content)["items"]}
    assert rows == {first["id"]: {"speed_gbps": 10}, broken["id"]: None, last["id"]: {"speed_gbps": 10}}
    assert alone.json()["configuration"] is order["configuration"] is None
    unreadable = [line for line in lines if line["event"] == "configuration.unreadable"]
    assert {line.get("service_id") or line.get("order_id") for line in unreadable} == {
        broken["service_id"], broken["id"],
    }  # fmt: skip


@pytest.mark.parametrize("levels", [195, 240, 600])
async def test_a_schema_that_is_nested_too_deeply_takes_no_other_product_with_it(
    provisioning: ProvisioningHarness, levels: int
) -> None:
    lena = provisioning.provider.http
    for key in ("broken", "whole"):
        await provisioning.product(key=key)
    deep = '{"properties": {"a": {"title": "A"}}, "default":' + '{"a":' * levels + "1" + "}" * levels + "}"
    statement = text("UPDATE products SET configuration_schema = CAST(:deep AS jsonb) WHERE key = 'broken'")
    async with provisioning.database.owner.begin() as session:
        await session.execute(statement, {"deep": deep})

    with captured_logs() as lines:
        listed, broken, whole = [await lena.get(PRODUCTS + path) for path in ("", "/broken", "/whole")]

    fields = {row["key"]: [field["name"] for field in row["fields"]["first"]] for row in listed.json()["items"]}
    assert fields == {"broken": ["a"], "whole": ["speed_gbps", "term_months"]}
    assert (broken.status_code, broken.json()["configuration_schema"]) == (200, None)
    assert whole.json()["configuration_schema"] == SPEED_AND_TERM
    unreadable = [line["product_id"] for line in lines if line["event"] == "configuration_schema.unreadable"]
    assert unreadable == [broken.json()["id"]]
