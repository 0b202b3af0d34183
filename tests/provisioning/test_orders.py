from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.provisioning.bill_groups.service import copy_bill_group
from shared.events.billing import BillGroupCreated
from shared.scope import begin_in
from tests.provisioning.harness import ProvisioningHarness, order_of, post

ORDERS = "/api/provisioning/orders"


@pytest.mark.rule("K6", "K7")
async def test_an_order_is_placed_with_its_configuration_and_the_steps_to_come(
    provisioning: ProvisioningHarness,
) -> None:
    product = await provisioning.product(display_name="10 Gbps port")
    jonas = await provisioning.running.caller("admin")

    order = await provisioning.order(
        jonas, product, configuration={"speed_gbps": 10, "term_months": 12}, display_name="Lyon 2"
    )

    assert (order["state"], order["display_name"], order["number"]) == ("placed", "Lyon 2", "ORD-100001")
    assert order["configuration"] == {"speed_gbps": 10, "term_months": 12}
    assert [(step["n"], step["state"]) for step in order["steps"]] == [(n, "waiting") for n in (1, 2, 3, 4)]
    assert await provisioning.read(jonas, order) == order


@pytest.mark.rule("P11", "P30")
async def test_an_order_on_behalf_belongs_to_the_customer_with_the_acting_person_as_actor(
    provisioning: ProvisioningHarness,
) -> None:
    product = await provisioning.product()
    meridian, northwind = uuid4(), uuid4()
    tom = await provisioning.running.caller(
        "regular", workspace_id=northwind, parent_workspace_id=meridian, via="on_behalf", address="tom@meridian.example"
    )

    order = await provisioning.order(tom, product)

    (event,) = await provisioning.database.events("provisioning.order_placed")
    assert event["workspace_id"] == str(northwind)
    assert event["parent_workspace_id"] == str(meridian)
    actor = {"kind": "user", "user_id": str(tom.user_id), "address": "tom@meridian.example", "via": "on_behalf"}
    assert event["actor"] == actor | {"session_id": str(tom.session_id)}
    assert event["plan_version_id"] == product["plan_version_id"]
    assert (order["placed_by_address"], order["placed_via"]) == ("tom@meridian.example", "on_behalf")


@pytest.mark.rule("K7")
@pytest.mark.parametrize(
    ("configuration", "pointers"),
    [
        ({}, ["/configuration/speed_gbps"]),
        ({"speed_gbps": 7}, ["/configuration/speed_gbps"]),
        ({"speed_gbps": 10, "term_months": "x"}, ["/configuration/term_months"]),
        ({"term_months": 99}, ["/configuration/speed_gbps", "/configuration/term_months"]),
        ({"speed_gbps": 10, "free": True}, ["/configuration/free"]),
    ],
)
async def test_a_configuration_that_does_not_fit_the_product_is_refused_field_by_field(
    provisioning: ProvisioningHarness, configuration: dict[str, Any], pointers: list[str]
) -> None:
    product = await provisioning.product()
    jonas = await provisioning.running.caller("admin")

    answer = await post(jonas, ORDERS, order_of(product, configuration=configuration))

    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/configuration-not-valid")
    assert sorted(error["pointer"] for error in answer.json()["errors"]) == pointers
    assert await provisioning.database.events("provisioning.order_placed") == []


async def test_an_unknown_product_and_a_plan_of_another_product_are_refused(provisioning: ProvisioningHarness) -> None:
    port, node = await provisioning.product(), await provisioning.product(kind="node")
    jonas = await provisioning.running.caller("admin")

    unknown = await post(jonas, ORDERS, order_of(port, product_id=str(uuid4())))
    swapped = await post(jonas, ORDERS, order_of(port, plan_version_id=node["plan_version_id"]))

    assert (unknown.status_code, unknown.json()["errors"][0]["pointer"]) == (422, "/product_id")
    assert (swapped.status_code, swapped.json()["errors"][0]["pointer"]) == (422, "/plan_version_id")


async def test_an_order_at_an_outdated_price_is_refused(provisioning: ProvisioningHarness) -> None:
    product, plan_id = await provisioning.product(), uuid4()
    old = await provisioning.plan(UUID(product["id"]), plan_id=plan_id, version=1)
    new = await provisioning.plan(UUID(product["id"]), plan_id=plan_id, version=2)
    jonas = await provisioning.running.caller("admin")

    at_old = await post(jonas, ORDERS, order_of(product, plan_version_id=str(old)))
    at_new = await post(jonas, ORDERS, order_of(product, plan_version_id=str(new)))

    assert (at_old.status_code, at_old.json()["type"]) == (409, "/problems/plan-superseded")
    assert at_new.status_code == 201


@pytest.mark.rule("P18", "P19", "P20", "P21")
@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("admin", 201),
        ("regular", 201),
        ("read_only", 403),
        ("support", 403),
        ("additional", 403),
        ("billing", 403),
        (None, 403),
    ],
)
async def test_admins_and_regular_users_order_and_nobody_else(
    provisioning: ProvisioningHarness, role: str | None, status: int
) -> None:
    product = await provisioning.product()
    somebody = await provisioning.running.caller(role)

    answer = await post(somebody, ORDERS, order_of(product))

    assert answer.status_code == status
    assert len(await provisioning.database.events("provisioning.order_placed")) == (status == 201)


@pytest.mark.rule("P20", "P21")
@pytest.mark.parametrize("role", ["read_only", "support"])
async def test_who_may_not_order_still_sees_orders_and_no_price_in_them(
    provisioning: ProvisioningHarness, role: str
) -> None:
    product = await provisioning.product()
    jonas = await provisioning.running.caller("admin")
    order = await provisioning.order(jonas, product)
    onlooker = await provisioning.running.caller(role, workspace_id=jonas.workspace_id)

    seen = await onlooker.http.get(ORDERS)

    assert [item["id"] for item in seen.json()["items"]] == [order["id"]]
    assert not [word for word in ("minor", "price", "amount", "currency", "mrr") if word in seen.text]


@pytest.mark.rule("D22")
async def test_a_repeated_order_with_the_same_key_is_one_order_and_another_body_is_refused(
    provisioning: ProvisioningHarness,
) -> None:
    product = await provisioning.product()
    jonas = await provisioning.running.caller("admin")

    first = await post(jonas, ORDERS, order_of(product), key="key-of-a-double-click")
    again = await post(jonas, ORDERS, order_of(product), key="key-of-a-double-click")
    other = await post(jonas, ORDERS, order_of(product, quantity=2), key="key-of-a-double-click")
    without = await jonas.http.post(ORDERS, json=order_of(product))

    assert (again.status_code, again.json()) == (201, first.json())
    assert (other.status_code, without.status_code) == (422, 422)
    assert len(await provisioning.database.events("provisioning.order_placed")) == 1


async def test_another_tenants_order_is_as_unknown_as_a_random_one(provisioning: ProvisioningHarness) -> None:
    product = await provisioning.product()
    order = await provisioning.order(await provisioning.running.caller("admin"), product)
    stranger = await provisioning.running.caller("admin")

    theirs = await stranger.http.get(f"{ORDERS}/{order['id']}")
    random = await stranger.http.get(f"{ORDERS}/{uuid4()}")
    service = await stranger.http.get(f"/api/provisioning/services/{order['service_id']}")

    assert (theirs.status_code, random.status_code, service.status_code) == (404, 404, 404)
    assert theirs.json()["type"] == random.json()["type"]
    assert (await stranger.http.get(ORDERS)).json() == {"items": [], "next": None, "count": None}


async def test_orders_are_listed_newest_first_page_by_page(provisioning: ProvisioningHarness) -> None:
    product = await provisioning.product()
    jonas = await provisioning.running.caller("admin")
    placed = [(await provisioning.order(jonas, product))["number"] for _ in range(5)]

    pages, cursor = [], ""
    while cursor is not None:
        page = (await jonas.http.get(f"{ORDERS}?limit=2{cursor and f'&cursor={cursor}'}")).json()
        pages.append([item["number"] for item in page["items"]])
        cursor = page["next"]

    assert pages == [placed[4:2:-1], placed[2:0:-1], placed[:1]]


async def test_a_list_has_the_same_data_as_the_order(provisioning: ProvisioningHarness) -> None:
    jonas = await provisioning.running.caller("admin")
    order = await provisioning.order(jonas, await provisioning.product(), quantity=3)

    (listed,) = (await jonas.http.get(ORDERS)).json()["items"]

    said_twice = (listed.keys() & order.keys()) - {"placed_at", "steps"}
    assert {name: listed[name] for name in said_twice} == {name: order[name] for name in said_twice}
    assert datetime.fromisoformat(listed["placed_at"]) == datetime.fromisoformat(order["placed_at"])
    assert (listed["step"], listed["steps"]) == (1, 4)


@pytest.mark.rule("D28")
async def test_timestamps_are_utc(provisioning: ProvisioningHarness) -> None:
    order = await provisioning.order(await provisioning.running.caller("admin"), await provisioning.product())

    placed_at = datetime.fromisoformat(order["placed_at"])

    assert placed_at.utcoffset() == timedelta(0)
    assert abs(placed_at - datetime.now(UTC)) < timedelta(minutes=1)


async def bill_group(provisioning: ProvisioningHarness, workspace_id: UUID, *, is_default: bool) -> str:
    event = BillGroupCreated(
        workspace_id=workspace_id, bill_group_id=uuid4(), display_name="Europe", currency="EUR", is_default=is_default
    )
    async with begin_in(provisioning.database.worker, workspace_id) as session:
        await copy_bill_group(session, event)
        await copy_bill_group(session, event)
    return str(event.bill_group_id)


async def test_an_order_goes_to_the_bill_group_it_names_or_to_the_default_one(
    provisioning: ProvisioningHarness,
) -> None:
    product, jonas = await provisioning.product(), await provisioning.running.caller("admin")
    default = await bill_group(provisioning, jonas.workspace_id, is_default=True)
    other = await bill_group(provisioning, jonas.workspace_id, is_default=False)

    unnamed, named = (
        await provisioning.order(jonas, product),
        await provisioning.order(jonas, product, bill_group_id=other),
    )

    assert (unnamed["bill_group_id"], named["bill_group_id"]) == (default, other)


async def test_nobody_orders_at_another_workspaces_expense(provisioning: ProvisioningHarness) -> None:
    product, jonas = await provisioning.product(), await provisioning.running.caller("admin")
    theirs = await bill_group(provisioning, uuid4(), is_default=True)

    answer = await post(jonas, ORDERS, order_of(product, bill_group_id=theirs))

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/bill_group_id")


@pytest.mark.rule("D4", "D5")
async def test_a_bill_groups_visitor_sees_its_orders_and_services_alone(provisioning: ProvisioningHarness) -> None:
    product, jonas = await provisioning.product(), await provisioning.running.caller("admin")
    mine = await bill_group(provisioning, jonas.workspace_id, is_default=False)
    other = await bill_group(provisioning, jonas.workspace_id, is_default=True)
    visible = await provisioning.order(jonas, product, bill_group_id=mine)
    hidden = await provisioning.order(jonas, product, bill_group_id=other)
    visitor = await provisioning.running.caller("billing", workspace_id=jonas.workspace_id, bill_group_id=UUID(mine))

    orders = (await visitor.http.get(ORDERS)).json()["items"]
    services = (await visitor.http.get("/api/provisioning/services")).json()["items"]
    refused = await visitor.http.get(f"{ORDERS}/{hidden['id']}")

    assert [order["id"] for order in orders] == [visible["id"]]
    assert [service["order_id"] for service in services] == [visible["id"]]
    assert refused.status_code == 404
