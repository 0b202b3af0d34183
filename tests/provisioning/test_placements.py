"""Which host a service runs on: chosen with the order, never oversold, and what its workspace sees of it."""

import asyncio
from uuid import UUID

import pytest
from sqlalchemy import text

from services.provisioning.placements.service import NoRoom, release, resize
from services.provisioning.products.models import Product
from services.provisioning.services.models import Service
from shared.scope import begin_in
from tests.harness.services import Caller
from tests.provisioning.harness import ProvisioningHarness, order_of, post
from tests.provisioning.places import NEEDS, ORDERS, add_host, add_site, place, taken
from tests.provisioning.test_who_pays import group

PLACEMENTS = "/api/provisioning/placements"
MANY = {"ports": 100, "bandwidth_mbps": 1_000_000}


async def customer(provisioning: ProvisioningHarness) -> Caller:
    return await provisioning.running.caller("admin")


@pytest.mark.rule("K9")
async def test_an_ordered_service_runs_at_a_site_and_its_workspace_sees_where(
    provisioning: ProvisioningHarness,
) -> None:
    site = await add_site(provisioning)
    await add_host(provisioning, site, **MANY)
    somebody, product = await customer(provisioning), await provisioning.product(needs=NEEDS)

    order = await provisioning.order(somebody, product, quantity=2, site_id=site["id"])

    seen = (await somebody.http.get(f"{PLACEMENTS}/{order['service_id']}")).json()
    stranger = await (await customer(provisioning)).http.get(f"{PLACEMENTS}/{order['service_id']}")
    assert seen == {"site": site, "takes": {"ports": 2, "bandwidth_mbps": 20_000}}
    assert stranger.status_code == 404
    assert order["site"] == (await provisioning.read(somebody, order))["site"] == site
    assert await provisioning.broken() == []


@pytest.mark.rule("K9")
async def test_a_product_without_needs_is_placed_nowhere(provisioning: ProvisioningHarness) -> None:
    site = await add_site(provisioning)
    somebody, product = await customer(provisioning), await provisioning.product()

    order = await provisioning.order(somebody, product)
    elsewhere = await post(somebody, ORDERS, order_of(product, site_id=site["id"]))

    seen = (await somebody.http.get(f"{PLACEMENTS}/{order['service_id']}")).json()
    assert seen == {"site": None, "takes": {}}
    assert order["site"] is None
    assert elsewhere.json()["type"] == "/problems/site-not-offered"
    assert (await somebody.http.get(f"/api/provisioning/site-offers/{product['id']}")).json() == {"sites": []}


@pytest.mark.rule("K9")
async def test_the_host_with_most_left_comes_first(provisioning: ProvisioningHarness) -> None:
    site = await add_site(provisioning)
    for name, ports in (("a", 2), ("b", 4), ("c", 2)):
        await add_host(provisioning, site, name, ports=ports)
    somebody, product = await customer(provisioning), await provisioning.product(needs={"ports": 1})

    for _ in range(4):
        assert await place(somebody, product) == 201

    assert await taken(provisioning) == {"a": 1, "b": 2, "c": 1}


@pytest.mark.rule("K9")
async def test_without_room_an_order_says_so_at_the_site_and_nothing_is_taken(
    provisioning: ProvisioningHarness,
) -> None:
    full, free = await add_site(provisioning), await add_site(provisioning, key="ams1", display_name="Amsterdam")
    await add_host(provisioning, full, "full", ports=1, bandwidth_mbps=1_000)
    await add_host(provisioning, free, "free", **MANY)
    somebody, product = await customer(provisioning), await provisioning.product(needs=NEEDS)

    for path in (ORDERS, "/api/provisioning/order-checks"):
        refused = await post(somebody, path, order_of(product, site_id=full["id"]))
        assert (refused.status_code, refused.json()["type"]) == (422, "/problems/no-room")
        assert [(each["pointer"], each["code"]) for each in refused.json()["errors"]] == [("/site_id", "no_room")]
        too_many = await post(somebody, path, order_of(product, quantity=101))
        assert too_many.json()["type"] == "/problems/no-room"
        nowhere = await post(somebody, path, order_of(product, site_id=product["id"]))
        assert nowhere.json()["type"] == "/problems/site-not-offered"

    assert await taken(provisioning) == {"full": 0, "free": 0}
    offered = (await somebody.http.get(f"/api/provisioning/site-offers/{product['id']}")).json()["sites"]
    assert [each["key"] for each in offered] == ["ams1", "fra1"]


@pytest.mark.rule("K9")
async def test_an_order_that_waited_for_approval_is_placed_when_it_is_approved(
    provisioning: ProvisioningHarness,
) -> None:
    site = await add_site(provisioning)
    await add_host(provisioning, site, ports=1)
    product = await provisioning.product(needs={"ports": 1})
    admin = await customer(provisioning)
    member = await provisioning.running.caller("member", workspace_id=admin.workspace_id)
    orders = [await provisioning.order(member, product, site_id=site["id"]) for _ in range(2)]
    assert await taken(provisioning) == {"host-1": 0}

    approval = {"plan_version_id": product["plan_version_id"]}
    first, second = [await post(admin, f"{ORDERS}/{order['id']}/approve", approval) for order in orders]

    assert (first.status_code, first.json()["site"]) == (200, site)
    assert (second.status_code, second.json()["type"]) == (422, "/problems/no-room")
    assert await taken(provisioning) == {"host-1": 1}


@pytest.mark.rule("K9")
async def test_many_orders_at_once_fill_the_hosts_exactly(provisioning: ProvisioningHarness) -> None:
    site = await add_site(provisioning)
    for name in ("a", "b", "c"):
        await add_host(provisioning, site, name, ports=4)
    product = await provisioning.product(needs={"ports": 1})
    somebody = await customer(provisioning)

    statuses = await asyncio.gather(*(place(somebody, product, site_id=site["id"]) for _ in range(20)))

    assert sorted(statuses) == [201] * 12 + [422] * 8
    assert await taken(provisioning) == {"a": 4, "b": 4, "c": 4}
    assert await provisioning.broken() == []


@pytest.mark.rule("K9")
async def test_a_service_grows_on_its_host_alone_and_gives_back_all_of_it(provisioning: ProvisioningHarness) -> None:
    site = await add_site(provisioning)
    await add_host(provisioning, site, "a", ports=3)
    somebody, wanted = await customer(provisioning), await provisioning.product(needs={"ports": 1})
    order = await provisioning.order(somebody, wanted)
    await add_host(provisioning, site, "b", ports=9)
    service_id = UUID(order["service_id"])

    async def resized(quantity: int) -> None:
        async with begin_in(provisioning.database.api, somebody.workspace_id) as session:
            service = await session.get_one(Service, service_id, with_for_update=True)
            product = await session.get_one(Product, service.product_id)
            await resize(session, service, product, service.configuration, quantity)

    await resized(3)
    with pytest.raises(NoRoom):
        await resized(4)
    grown = await taken(provisioning)
    await resized(2)
    shrunk = await taken(provisioning)
    for _ in range(2):
        async with begin_in(provisioning.database.worker, somebody.workspace_id) as session:
            await release(session, service_id)
    await resized(9)

    assert (grown, shrunk) == ({"a": 3, "b": 0}, {"a": 2, "b": 0})
    assert await taken(provisioning) == {"a": 0, "b": 0}
    assert (await somebody.http.get(f"{PLACEMENTS}/{service_id}")).json() == {"site": None, "takes": {}}
    assert await provisioning.broken() == []


@pytest.mark.rule("K9")
async def test_what_hosts_say_is_taken_is_checked(provisioning: ProvisioningHarness) -> None:
    site = await add_site(provisioning)
    host = await add_host(provisioning, site, ports=3)
    somebody, product = await customer(provisioning), await provisioning.product(needs={"ports": 1})
    order = await provisioning.order(somebody, product)

    async with provisioning.database.owner.begin() as session:
        await session.execute(text("UPDATE host_resources SET taken = 2 WHERE resource = 'ports'"))
        await session.execute(text("UPDATE services SET site_id = NULL"))

    assert await provisioning.broken() == [
        f"host {host['id']} says that something else is taken than its services take",
        f"service {order['service_id']} is said to run elsewhere than on its host",
    ]


@pytest.mark.parametrize(
    ("need", "properties", "required"),
    [
        ("speed", {}, []),
        ("speed", {"speed": {"type": "integer", "minimum": 1}}, []),
        ("speed", {"speed": {"type": "integer"}}, ["speed"]),
        ("speed", {"speed": {"type": "integer", "minimum": -1}}, ["speed"]),
        ("speed * 10", {"speed": {"enum": [1, "fast"]}}, ["speed"]),
        ("speed * x", {"speed": {"enum": [1, 10]}}, ["speed"]),
        ("speed", {"speed": {"type": "boolean"}}, ["speed"]),
    ],
)
async def test_a_need_names_a_required_number(
    provisioning: ProvisioningHarness, need: str, properties: dict[str, object], required: list[str]
) -> None:
    schema = {"type": "object", "properties": properties, "required": required}
    body = {
        "key": "odd", "display_name": "Odd", "kind": "node", "driver": "simulator", "configuration_schema": schema,
        "needs": {"cpu_cores": need},
    }  # fmt: skip

    for path in ("/api/provisioning/products", "/api/provisioning/product-checks"):
        answer = await post(provisioning.provider, path, body)
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/needs-not-usable")
        assert answer.json()["errors"][0]["pointer"] == "/needs/cpu_cores"


@pytest.mark.rule("K9")
async def test_a_workspace_sees_at_a_glance_what_runs_where(provisioning: ProvisioningHarness) -> None:
    fra = await add_site(provisioning)
    await add_site(provisioning, key="ams1", display_name="Amsterdam")
    await add_host(provisioning, fra, **MANY)
    somebody, placed = await customer(provisioning), await provisioning.product(needs=NEEDS)
    other = await provisioning.product(kind="node")
    orders = [await provisioning.order(somebody, placed) for _ in range(6)]
    await provisioning.order(await customer(provisioning), placed)
    unplaced = await provisioning.order(somebody, other)

    sites = (await somebody.http.get(f"{PLACEMENTS}/sites")).json()["items"]
    filtered = (await somebody.http.get(f"{PLACEMENTS}/sites", params={"kind": "node", "limit": 1})).json()
    second = (await somebody.http.get(f"{PLACEMENTS}/sites", params={"cursor": filtered["next"]})).json()
    nowhere = (await somebody.http.get(f"{PLACEMENTS}/nowhere", params={"state": "requested"})).json()

    assert [(each["key"], each["counts"]) for each in sites] == [
        ("ams1", []), ("fra1", [{"kind": "port", "state": "requested", "count": 6}])
    ]  # fmt: skip
    assert [each["id"] for each in sites[1]["services"]] == [each["service_id"] for each in orders[:0:-1]]
    assert [each["key"] for each in (*filtered["items"], *second["items"])] == ["ams1", "fra1"]
    assert nowhere["counts"] == [{"kind": "node", "state": "requested", "count": 1}]
    assert [each["id"] for each in nowhere["services"]] == [unplaced["service_id"]]


@pytest.mark.rule("K9")
async def test_the_services_of_a_site_are_listed_page_by_page(provisioning: ProvisioningHarness) -> None:
    site = await add_site(provisioning)
    await add_host(provisioning, site, **MANY)
    somebody, placed = await customer(provisioning), await provisioning.product(needs=NEEDS)
    orders = [await provisioning.order(somebody, placed) for _ in range(3)]
    unplaced = await provisioning.order(somebody, await provisioning.product())
    path, asked = f"{PLACEMENTS}/services", {"site_id": site["id"], "limit": 2, "count": True}

    first = (await somebody.http.get(path, params=asked)).json()
    rest = (await somebody.http.get(path, params=asked | {"cursor": first["next"]})).json()
    none = (await somebody.http.get(path, params=asked | {"kind": "node"})).json()
    nowhere = (await somebody.http.get(path, params={"kind": "port", "state": "requested"})).json()

    listed = [each["id"] for each in (*first["items"], *rest["items"])]
    assert listed == [order["service_id"] for order in reversed(orders)]
    assert (first["count"], rest["next"], none["items"], none["count"]) == (3, None, [], 0)
    assert [each["id"] for each in nowhere["items"]] == [unplaced["service_id"]]


@pytest.mark.rule("K9")
async def test_a_visitor_sees_where_the_services_of_their_bill_group_run(provisioning: ProvisioningHarness) -> None:
    site = await add_site(provisioning)
    await add_host(provisioning, site, **MANY)
    somebody, placed = await customer(provisioning), await provisioning.product(needs=NEEDS)
    groups = [await group(provisioning, somebody.workspace_id, name) for name in ("Mine", "Others")]
    orders = [await provisioning.order(somebody, placed, bill_group_id=each) for each in groups]
    visitor = await provisioning.running.caller(
        "billing",
        workspace_id=somebody.workspace_id,
        bill_group_id=UUID(groups[0]),
        address="visitor@northwind.example",
    )

    sites = (await visitor.http.get(f"{PLACEMENTS}/sites")).json()["items"]
    listed = (await visitor.http.get(f"{PLACEMENTS}/services", params={"site_id": site["id"]})).json()["items"]
    seen, hidden = [await visitor.http.get(f"{PLACEMENTS}/{order['service_id']}") for order in orders]

    assert [each["count"] for each in sites[0]["counts"]] == [1]
    assert [each["id"] for each in (*sites[0]["services"], *listed)] == [orders[0]["service_id"]] * 2
    assert seen.json()["takes"] == {"ports": 1, "bandwidth_mbps": 10_000}
    assert hidden.status_code == 404
