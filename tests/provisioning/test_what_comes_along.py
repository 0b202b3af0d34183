"""What a product brings along: ordered with it, provisioned after it, and never left behind (D8, K7)."""

from typing import Any
from uuid import UUID

import pytest

from services.provisioning.plans.models import PlanVersion
from tests.provisioning.harness import ProvisioningHarness, order_of, post
from tests.provisioning.living import API, SIZED, Living
from tests.provisioning.parts import bringing, with_circuit
from tests.provisioning.test_cancelling import kind_of


async def opened(
    provisioning: ProvisioningHarness, *, brought: dict[str, Any] | None = None, **options: Any
) -> tuple[Living, dict[str, Any]]:
    """A hosted connection that was ordered, with the order of what came along; nothing is done yet."""
    connection, circuit = await bringing(provisioning, options={"step_seconds": 0} | options, brought=brought)
    admin = await provisioning.running.caller("admin", address="ada@northwind.example")
    await provisioning.add_workspace(admin.workspace_id, "customer", "Northwind Logistics")
    placed = await post(admin, f"{API}/orders", with_circuit(connection, circuit, display_name="cloud-1"))
    assert placed.status_code == 201, placed.text
    whole = Living(provisioning, admin, connection, placed.json()["service_id"])
    orders = (await admin.http.get(f"{API}/orders")).json()["items"]
    (along,) = [each for each in orders if each["id"] != placed.json()["id"]]
    return whole, await provisioning.read(admin, along)


async def parts_of(whole: Living) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await whole.admin.http.get(f"{API}/parts/{whole.id}")).json()["parts"]
    return found


async def counts(whole: Living) -> tuple[int, int]:
    found = (await whole.admin.http.get(f"{API}/services/counts")).json()
    return found["cloud_connections"], found["virtual_circuits"]


@pytest.mark.rule("D8", "P8", "P9", "K7")
async def test_a_hosted_connection_brings_its_circuit_and_each_counts_once(provisioning: ProvisioningHarness) -> None:
    whole, along = await opened(provisioning)

    before = await parts_of(whole)
    await whole.work()
    (circuit,) = await parts_of(whole)

    assert (along["state"], along["part_of"], along["configuration"]) == (
        "placed", whole.id, {"vlan": 100, "speed_gbps": 10},
    )  # fmt: skip
    assert [(each["state"], each["operation"]) for each in before] == [("requested", None)]
    assert (circuit["state"], circuit["brought"], await counts(whole)) == ("active", True, (1, 1))
    provisioned = await provisioning.database.events("provisioning.service_provisioned")
    assert [each["service_id"] for each in provisioned] == [whole.id, circuit["id"]]
    placed = await provisioning.database.events("provisioning.order_placed")
    assert [(each["service_id"], each["part_of"]) for each in placed] == [
        (whole.id, None), (circuit["id"], whole.id),
    ]  # fmt: skip
    assert await provisioning.broken() == [] == await whole.differences()


@pytest.mark.rule("D8", "P19")
async def test_both_are_deleted_and_counted_no_more(provisioning: ProvisioningHarness) -> None:
    whole, _ = await opened(provisioning)
    await whole.work()
    (circuit,) = await parts_of(whole)

    alone = await Living(provisioning, whole.admin, whole.product, circuit["id"]).cancel("now")
    later = await Living(provisioning, whole.admin, whole.product, circuit["id"]).cancel("period_end")
    await whole.cancel("now")
    await whole.work()

    assert [(each.status_code, kind_of(each)) for each in (alone, later)] == [(409, "cancelled-with-whole")] * 2
    assert ((await whole.read())["state"], await parts_of(whole), await counts(whole)) == ("deleted", [], (0, 0))
    gone = [each["service_id"] for each in await provisioning.database.events("provisioning.service_deleted")]
    assert gone == [circuit["id"], whole.id]
    assert await provisioning.broken() == [] == await whole.differences()


@pytest.mark.rule("D18")
async def test_what_comes_along_waits_while_the_whole_has_failed_and_follows_its_retry(
    provisioning: ProvisioningHarness,
) -> None:
    whole, along = await opened(provisioning, fail_at_step=2)
    await whole.work()
    (waiting,) = await parts_of(whole)
    failed = (await whole.read())["state"], waiting["state"], await provisioning.broken()

    await whole.mend()
    await post(provisioning.provider, f"{API}/orders/{(await whole.read())['order_id']}/retry", {})
    await whole.work()

    assert failed == ("failed", "requested", [])
    assert [each["state"] for each in await parts_of(whole)] == ["active"]
    assert (await provisioning.read(whole.admin, along))["state"] == "fulfilled"
    assert await provisioning.broken() == []


@pytest.mark.rule("D18", "P19")
async def test_what_comes_along_is_dropped_with_a_whole_that_never_came(provisioning: ProvisioningHarness) -> None:
    whole, along = await opened(provisioning, fail_at_step=2)
    await whole.work()

    cancelled = await whole.cancel("now")
    await whole.work()

    assert cancelled.status_code == 201, cancelled.text
    assert ((await whole.read())["state"], await parts_of(whole)) == ("deleted", [])
    assert (await provisioning.read(whole.admin, along))["state"] == "cancelled"
    dropped, gone = await provisioning.database.events("provisioning.service_deleted")
    assert [(each["part_of"], each["was_provisioned"]) for each in (dropped, gone)] == [
        (whole.id, False),
        (None, False),
    ]
    assert await counts(whole) == (0, 0)
    assert await provisioning.broken() == [] == await whole.differences()


@pytest.mark.rule("D18")
async def test_what_comes_along_and_fails_is_retried_by_itself(provisioning: ProvisioningHarness) -> None:
    whole, along = await opened(provisioning, brought={"driver_options": {"step_seconds": 0, "fail_at_step": 1}})
    await whole.work()
    failed = (await whole.read())["state"], [each["state"] for each in await parts_of(whole)], await counts(whole)

    await whole.mend()
    await post(provisioning.provider, f"{API}/orders/{along['id']}/retry", {})
    await whole.work()

    assert failed == ("active", ["failed"], (1, 0))
    assert ([each["state"] for each in await parts_of(whole)], await counts(whole)) == (["active"], (1, 1))
    assert await provisioning.broken() == []


@pytest.mark.rule("D2")
async def test_an_approval_covers_both_at_the_prices_that_were_shown(provisioning: ProvisioningHarness) -> None:
    connection, circuit = await bringing(provisioning)
    admin = await provisioning.running.caller("admin", address="ada@northwind.example")
    member = await provisioning.running.caller(
        "member", workspace_id=admin.workspace_id, address="bo@northwind.example"
    )
    asked = (await post(member, f"{API}/orders", with_circuit(connection, circuit))).json()
    approve = f"{API}/orders/{asked['id']}/approve"
    before = (await admin.http.get(f"{API}/services")).json()["items"]

    shown = {"plan_version_id": connection["plan_version_id"]}
    unseen = await post(admin, approve, shown)
    approved = await post(admin, approve, shown | {"brought_plan_version_ids": [circuit["plan_version_id"]]})
    after = (await admin.http.get(f"{API}/services")).json()["items"]

    assert (asked["state"], before) == ("awaiting_approval", [])
    assert (unseen.status_code, kind_of(unseen), approved.status_code) == (409, "brought-otherwise", 200)
    assert sorted(each["kind"] for each in after) == ["cloud_connection", "virtual_circuit"]
    told = await provisioning.database.events("provisioning.order_placed")
    assert [each["asked_by"] for each in told] == [str(member.user_id)] * 2
    assert await provisioning.broken() == []


async def test_a_new_price_of_what_comes_along_is_not_agreed_to_unseen(provisioning: ProvisioningHarness) -> None:
    connection, circuit = await bringing(provisioning)
    admin = await provisioning.running.caller("admin")
    (shown,) = (await admin.http.get(f"{API}/products/{connection['key']}/brought")).json()
    plan_id = await _plan_id(provisioning, circuit["plan_version_id"])
    newest = await provisioning.plan(UUID(circuit["id"]), plan_id=plan_id, version=2)

    superseded = await post(admin, f"{API}/orders", with_circuit(connection, circuit))
    (now,) = (await admin.http.get(f"{API}/products/{connection['key']}/brought")).json()

    assert (superseded.status_code, kind_of(superseded)) == (409, "brought-otherwise")
    assert [each["plans"][0]["plan_version_id"] for each in (shown, now)] == [circuit["plan_version_id"], str(newest)]
    assert await provisioning.database.events("provisioning.order_placed") == []


async def _plan_id(provisioning: ProvisioningHarness, version_id: str) -> UUID:
    async with provisioning.database.worker() as session:
        return (await session.get_one(PlanVersion, UUID(version_id))).plan_id


async def test_what_refuses_the_part_refuses_the_whole(provisioning: ProvisioningHarness) -> None:
    connection, circuit = await bringing(provisioning, brought={"max_quantity": 2})
    admin = await provisioning.running.caller("admin")

    fast = await post(admin, f"{API}/orders", with_circuit(connection, circuit, configuration={"speed_gbps": 100}))
    many = await post(admin, f"{API}/orders", with_circuit(connection, circuit, quantity=3))
    await provisioning.provider.http.post(f"{API}/catalogue/{circuit['key']}/withdraw")
    withdrawn = await post(admin, f"{API}/orders", with_circuit(connection, circuit))
    listed = [each["key"] for each in (await admin.http.get(f"{API}/products")).json()["items"]]
    kept = (await provisioning.provider.http.get(f"{API}/catalogue/{circuit['key']}")).json()

    assert [(each.status_code, [error["pointer"] for error in each.json()["errors"]]) for each in (fast, many)] == [
        (422, ["/configuration/speed_gbps"]), (422, ["/quantity"]),
    ]  # fmt: skip
    assert (withdrawn.status_code, kind_of(withdrawn)) == (409, "brought-not-orderable")
    assert (listed, kept["brought_by"]) == ([], [connection["display_name"]])
    assert await provisioning.database.events("provisioning.order_placed") == []


@pytest.mark.rule("K8")
async def test_a_whole_that_is_suspended_before_its_part_came_suspends_it_then(
    provisioning: ProvisioningHarness,
) -> None:
    whole, _ = await opened(provisioning)
    await provisioning.work()
    await whole.suspend()
    await whole.work()

    assert [(each["state"], each["suspended_for"]) for each in await parts_of(whole)] == [("suspended", ["whole"])]
    assert await provisioning.broken() == []


PLAIN: dict[str, Any] = {"kind": "port", "configuration_schema": SIZED["configuration_schema"]}
COPIED: dict[str, Any] = {"product": "port", "plans": ["Monthly"], "copied": {"speed_gbps": "speed_gbps"}}


@pytest.mark.parametrize(
    ("relation", "pointers"),
    [
        ({"add_on_to": ["nothing"]}, ["/add_on_to/0"]),
        ({"add_on_to": ["an-add-on"]}, ["/add_on_to/0"]),
        ({"add_on_to": ["itself"]}, ["/add_on_to/0"]),
        ({"brings": [{"product": "nothing", "plans": ["Monthly"]}]}, ["/brings/0/product"]),
        ({"brings": [{"product": "connection", "plans": ["Monthly"]}]}, ["/brings/0/product"]),
        ({"brings": [{"product": "itself", "plans": ["Monthly"]}]}, ["/brings/0/product"]),
        (
            {"brings": [{"product": "port", "plans": ["Yearly"]}]},
            ["/brings/0/plans/0", "/brings/0/configuration/speed_gbps"],
        ),
        (
            {"brings": [{"product": "port", "plans": ["Monthly"], "configuration": {"speed_gbps": 7, "x": 1}}]},
            ["/brings/0/configuration/speed_gbps", "/brings/0/configuration/x"],
        ),
        (
            {"brings": [{"product": "port", "plans": ["Monthly"], "copied": {"speed_gbps": "note", "x": "note"}}]},
            ["/brings/0/copied/speed_gbps", "/brings/0/copied/x"],
        ),
        (
            {"brings": [{"product": "port", "plans": ["Monthly"], "copied": {"speed_gbps": "other"}}]},
            ["/brings/0/copied/speed_gbps"],
        ),
        ({"add_on_to": ["port"], "brings": [COPIED]}, ["/brings"]),
    ],
)  # fmt: skip
async def test_products_that_cannot_belong_together_are_refused_with_places(
    provisioning: ProvisioningHarness, relation: dict[str, Any], pointers: list[str]
) -> None:
    await provisioning.product(**PLAIN, key="port")
    await provisioning.product(**PLAIN, key="an-add-on", add_on_to=["port"])
    await provisioning.product(**PLAIN, key="connection", brings=[COPIED])
    body = PLAIN | {"key": "itself", "display_name": "It", "driver": "simulator"} | relation

    checked = await post(provisioning.provider, f"{API}/product-checks", body)
    published = await post(provisioning.provider, f"{API}/products", body)

    assert [(each.status_code, kind_of(each)) for each in (checked, published)] == [(422, "parts-not-usable")] * 2
    assert [each["pointer"] for each in published.json()["errors"]] == pointers


async def test_parts_have_no_parts_whichever_product_is_changed_last(provisioning: ProvisioningHarness) -> None:
    await provisioning.product(**PLAIN, key="port")
    await provisioning.product(**PLAIN, key="other")
    await provisioning.product(**PLAIN, key="connection", brings=[COPIED])
    await provisioning.product(**PLAIN, key="an-add-on", add_on_to=["other"])
    change = {"display_name": "It", "configuration_schema": PLAIN["configuration_schema"]}

    answers = [
        await provisioning.provider.http.put(f"{API}/products/{key}", json=change | relation)
        for key, relation in (
            ("port", {"brings": [COPIED | {"product": "other"}]}),
            ("other", {"add_on_to": ["port"]}),
        )
    ]

    assert [(each.status_code, kind_of(each)) for each in answers] == [(422, "parts-not-usable")] * 2
    assert [each.json()["errors"][0]["pointer"] for each in answers] == ["/brings", "/add_on_to"]


async def test_an_ordinary_product_brings_nothing(provisioning: ProvisioningHarness) -> None:
    product = await provisioning.product()
    admin = await provisioning.running.caller("admin")

    more = await post(admin, f"{API}/orders", order_of(product, brought_plan_version_ids=[product["plan_version_id"]]))

    assert (more.status_code, kind_of(more)) == (409, "brought-otherwise")
    assert (await admin.http.get(f"{API}/products/{product['key']}/brought")).json() == []
