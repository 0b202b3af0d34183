"""A database that is in use still works after an upgrade."""

from typing import Any

from sqlalchemy import text

from tests.harness.clocks import StoppedClock
from tests.provisioning.harness import ProvisioningHarness
from tests.provisioning.test_renaming import names_at

OPERATIONS = "SELECT * FROM operations ORDER BY started_at, id"
YOUNGER = {"ended_at": None}
"""Columns that the version before does not keep."""
BEFORE = "SELECT state, unanswered, due_at, lease_id, leased_until FROM operations ORDER BY started_at, id"
LEASE_AND_MORE = 61


async def rows(provisioning: ProvisioningHarness, query: str) -> list[dict[str, Any]]:
    async with provisioning.database.owner() as session:
        return [dict(row) for row in (await session.execute(text(query))).mappings()]


async def test_operations_keep_their_lease_and_get_the_origin_of_their_order(provisioning: ProvisioningHarness) -> None:
    tom = await provisioning.running.caller("regular", via="on_behalf", address="tom@meridian.example")
    product = await provisioning.product()
    finished = await provisioning.order(tom, product)
    await provisioning.work()
    leased = await provisioning.order(tom, product)
    clock = StoppedClock()
    assert len(await provisioning.claim(clock)) == 1
    queued = await provisioning.order(tom, product)
    now = await rows(provisioning, OPERATIONS)

    await provisioning.database.downgrade("provisioning_0002")
    before = await rows(provisioning, BEFORE)
    await provisioning.database.migrate()

    assert [row["state"] for row in before] == ["succeeded", "running", "queued"]
    assert [row["leased_until"] for row in before] == [None, now[1]["due_at"], None]
    assert [row["unanswered"] for row in before] == [0, 0, 0]
    assert await rows(provisioning, OPERATIONS) == [row | YOUNGER for row in now]
    assert [row["begun_by_address"] for row in now] == ["tom@meridian.example"] * 3
    clock.move(seconds=LEASE_AND_MORE)
    await provisioning.work(clock)
    for order in (finished, leased, queued):
        read = await provisioning.read(tom, order)
        assert (read["state"], read["placed_via"]) == ("fulfilled", "on_behalf")
    assert await provisioning.broken() == []


async def test_a_published_product_can_be_ordered_after_the_upgrade_and_published_in_another_order(
    provisioning: ProvisioningHarness,
) -> None:
    fields = {"zone": {"type": "boolean"}, "a": {"type": "boolean"}}
    schema = {"type": "object", "properties": fields}
    product = await provisioning.product(key="port", configuration_schema=schema)
    jonas = await provisioning.running.caller("admin")

    await provisioning.database.downgrade("provisioning_0006")
    sorted_by_jsonb = await rows(provisioning, "SELECT configuration_schema::text AS written, fields FROM products")
    await provisioning.database.migrate()

    order = await provisioning.order(jonas, product, configuration={"zone": True}, quantity=1000)
    [listed] = (await jonas.http.get("/api/provisioning/products")).json()["items"]
    assert sorted_by_jsonb[0]["written"].index('"a"') < sorted_by_jsonb[0]["written"].index('"zone"')
    assert (listed["fields"], listed["max_quantity"]) == (sorted_by_jsonb[0]["fields"], 1000)
    assert order["state"] == "placed"
    change = {"display_name": "Port", "configuration_schema": schema}
    changed = await provisioning.provider.http.put("/api/provisioning/products/port", json=change)
    assert list(changed.json()["configuration_schema"]["properties"]) == ["zone", "a"]


async def test_what_was_said_before_the_upgrade_gets_its_codes_and_what_an_older_version_says_has_none(
    provisioning: ProvisioningHarness,
) -> None:
    jonas = await provisioning.running.caller("admin")
    own = {"step_seconds": 0, "steps": ["Acme's own", "Reserve"], "fail_at_step": 2}
    failing = await provisioning.product(driver_options={"step_seconds": 0, "fail_at_step": 3})
    orders = [
        await provisioning.order(jonas, each) for each in (failing, await provisioning.product(driver_options=own))
    ]
    await provisioning.work()
    before = [await provisioning.read(jonas, order) for order in orders]
    staff = (await provisioning.provider.http.get("/api/provisioning/failed-orders")).json()

    await provisioning.database.downgrade("provisioning_0007")
    await provisioning.database.migrate()

    after = [await provisioning.read(jonas, order) for order in orders]
    assert after[0] == before[0]
    assert [step["key"] for step in after[1]["steps"]] == [None, "reserve"]
    assert after[1]["failure_values"] == {"step": 2}
    assert (await provisioning.provider.http.get("/api/provisioning/failed-orders")).json() == staff
    async with provisioning.database.owner.begin() as session:
        await session.execute(text("ALTER TABLE orders NO FORCE ROW LEVEL SECURITY"))
        await session.execute(text("UPDATE orders SET failure = 'Said by an older version.'"))
        await session.execute(text("ALTER TABLE orders FORCE ROW LEVEL SECURITY"))
    read = await provisioning.read(jonas, orders[0])
    assert (read["failure_code"], read["failure_values"]) == (None, {})


async def test_services_of_before_are_found_by_their_letters_as_they_are_typed(
    provisioning: ProvisioningHarness,
) -> None:
    jonas = await provisioning.running.caller("admin")
    await provisioning.order(jonas, await provisioning.product(), display_name="Bjørn Æsir")
    await provisioning.database.downgrade("provisioning_0008")
    [before] = await rows(provisioning, "SELECT search_text('Bjørn Æsir') AS compared")

    await provisioning.database.migrate()

    assert before["compared"] == "bjorn æsir"
    searches = [f"/api/provisioning/services?q={q}" for q in ("aesir", "bjorn", "ÆSIR", "æsi")]
    assert await names_at(jonas, *searches) == ["Bjørn Æsir"] * 4
