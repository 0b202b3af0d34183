"""Sites and hosts: adding and changing them, their capacity, and what the provider's staff see of them."""

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from tests.provisioning.harness import ProvisioningHarness, order_of, post
from tests.provisioning.places import FRANKFURT, NEEDS, add_host, add_site, place, taken

HOSTS, SITES = "/api/provisioning/hosts", "/api/provisioning/sites"


async def told(provisioning: ProvisioningHarness) -> list[str]:
    """What was said of sites and hosts."""
    query = text("SELECT routing_key FROM outbox WHERE routing_key ~ 'site_|host_' ORDER BY id")
    async with provisioning.database.owner() as session:
        return list(await session.scalars(query))


@pytest.mark.rule("K9")
async def test_everybody_sees_where_the_sites_are_and_nobody_else_sees_hosts(
    provisioning: ProvisioningHarness,
) -> None:
    site = await add_site(provisioning)
    host = await add_host(provisioning, site, ports=4)
    somebody = await provisioning.running.caller("admin")

    listed = (await somebody.http.get(SITES)).json()["items"]
    refused = [
        (await somebody.http.get(path)).status_code
        for path in (f"{HOSTS}/{host['id']}", f"{HOSTS}?site_id={site['id']}", f"{HOSTS}/loads",
                     f"{HOSTS}/{host['id']}/services")
    ]  # fmt: skip

    assert listed == [site]
    assert refused == [403] * 4


async def test_a_site_is_changed_and_its_key_stays(provisioning: ProvisioningHarness) -> None:
    site = await add_site(provisioning)
    change = {name: value for name, value in FRANKFURT.items() if name != "key"} | {"display_name": "Frankfurt East"}

    first, again = [await provisioning.provider.http.put(f"{SITES}/fra1", json=change) for _ in range(2)]
    taken_key = await post(provisioning.provider, SITES, FRANKFURT)
    nowhere = await provisioning.provider.http.put(f"{SITES}/nowhere", json=change)

    assert first.json() == again.json() == site | {"display_name": "Frankfurt East"}
    assert (taken_key.status_code, taken_key.json()["type"]) == (409, "/problems/site-key-taken")
    assert nowhere.status_code == 404
    assert await told(provisioning) == ["provisioning.site_added", "provisioning.site_changed"]


@pytest.mark.parametrize(("name", "value"), [("latitude", 91), ("longitude", -181), ("country", "Germany")])
async def test_a_site_is_somewhere(provisioning: ProvisioningHarness, name: str, value: Any) -> None:
    answer = await post(provisioning.provider, SITES, FRANKFURT | {name: value})

    assert [error["pointer"] for error in answer.json()["errors"]] == [f"/{name}"]


async def test_a_host_says_what_it_has_and_a_site_what_its_hosts_have_together(
    provisioning: ProvisioningHarness,
) -> None:
    site = await add_site(provisioning)
    await add_host(provisioning, site, "a", ports=4, cpu_cores=8)
    other = await add_host(provisioning, site, "b", ports=2)
    await provisioning.provider.http.post(f"{HOSTS}/{other['id']}/begin-maintenance")

    hosts = (await provisioning.provider.http.get(HOSTS, params={"site_id": site["id"]})).json()["items"]
    loads = (await provisioning.provider.http.get(f"{HOSTS}/loads")).json()["items"]

    assert [(each["display_name"], each["in_maintenance"]) for each in hosts] == [("a", False), ("b", True)]
    assert hosts[1]["resources"] == [{"resource": "ports", "capacity": 2, "taken": 0}]
    [load] = loads
    assert load == site | {"hosts": 2, "in_maintenance": 1, "resources": load["resources"]}
    assert load["resources"] == [
        {"resource": "cpu_cores", "capacity": 8, "taken": 0},
        {"resource": "ports", "capacity": 6, "taken": 0},
    ]


async def test_a_host_needs_a_site_and_a_name_of_its_own(provisioning: ProvisioningHarness) -> None:
    site = await add_site(provisioning)
    await add_host(provisioning, site, "a", ports=1)
    body = {"site_id": site["id"], "display_name": "a", "capacity": {}}

    same = await post(provisioning.provider, HOSTS, body)
    nowhere = await post(provisioning.provider, HOSTS, body | {"site_id": str(uuid4())})
    unknown = await post(provisioning.provider, HOSTS, body | {"capacity": {"wheels": 4}})

    assert (same.status_code, same.json()["type"]) == (409, "/problems/host-name-taken")
    assert nowhere.json()["errors"][0]["pointer"] == "/site_id"
    assert unknown.status_code == 422


@pytest.mark.rule("K9")
async def test_capacity_is_never_less_than_what_is_taken(provisioning: ProvisioningHarness) -> None:
    site = await add_site(provisioning)
    host = await add_host(provisioning, site, ports=4, bandwidth_mbps=40_000)
    product = await provisioning.product(needs=NEEDS)
    await provisioning.order(await provisioning.running.caller("admin"), product, quantity=2)
    change = {"display_name": "host-1", "capacity": {"ports": 1, "bandwidth_mbps": 20_000}}

    refused = await provisioning.provider.http.put(f"{HOSTS}/{host['id']}", json=change)
    change["capacity"] = {"ports": 2, "bandwidth_mbps": 20_000}
    changed = await provisioning.provider.http.put(f"{HOSTS}/{host['id']}", json=change)

    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/capacity-taken")
    assert [(each["pointer"], each["limit"]) for each in refused.json()["errors"]] == [("/capacity/ports", 2)]
    assert changed.json()["resources"][0] == {"resource": "ports", "capacity": 2, "taken": 2}
    assert await told(provisioning) == [f"provisioning.{each}" for each in ("site_added", "host_added", "host_changed")]


@pytest.mark.rule("K9")
async def test_the_database_refuses_to_oversell_whoever_asks(provisioning: ProvisioningHarness) -> None:
    site = await add_site(provisioning)
    await add_host(provisioning, site, ports=4, bandwidth_mbps=100_000)
    product = await provisioning.product(needs=NEEDS)
    await provisioning.order(await provisioning.running.caller("admin"), product)

    for wrong in (
        """UPDATE placements SET takes = '{"ports": 5}'""",
        """UPDATE placements SET takes = '{"ports": -1}'""",
        """UPDATE placements SET takes = '{"wheels": 1}'""",
        "UPDATE host_resources SET capacity = 0",
    ):
        with pytest.raises(IntegrityError):
            async with provisioning.database.owner.begin() as session:
                await session.execute(text(wrong))

    assert await taken(provisioning) == {"host-1": 1}


@pytest.mark.rule("K9")
async def test_a_host_in_maintenance_takes_nothing_new_and_keeps_what_it_has(
    provisioning: ProvisioningHarness,
) -> None:
    site = await add_site(provisioning)
    host = await add_host(provisioning, site, ports=4, bandwidth_mbps=100_000)
    product = await provisioning.product(needs=NEEDS)
    somebody = await provisioning.running.caller("admin")
    await place(somebody, product)

    for _ in range(2):
        await provisioning.provider.http.post(f"{HOSTS}/{host['id']}/begin-maintenance")
    refused = await place(somebody, product)
    kept = await taken(provisioning)
    for _ in range(2):
        await provisioning.provider.http.post(f"{HOSTS}/{host['id']}/end-maintenance")

    assert (refused, kept) == (422, {"host-1": 1})
    assert await place(somebody, product) == 201
    maintained = [each for each in await told(provisioning) if "maintenance" in each]
    assert maintained == ["provisioning.host_maintenance_started", "provisioning.host_maintenance_ended"]


async def test_staff_see_which_services_run_on_a_host_page_by_page(provisioning: ProvisioningHarness) -> None:
    site = await add_site(provisioning)
    host = await add_host(provisioning, site, ports=9, bandwidth_mbps=100_000)
    product = await provisioning.product(needs=NEEDS)
    somebody = await provisioning.running.caller("admin")
    await provisioning.add_workspace(somebody.workspace_id, "customer", "Northwind")
    for name in ("One", "Two", "Three"):
        assert (await post(somebody, "/api/provisioning/orders", order_of(product, display_name=name))).is_success
    path = f"{HOSTS}/{host['id']}/services"

    first = (await provisioning.provider.http.get(path, params={"limit": 2})).json()
    rest = (await provisioning.provider.http.get(path, params={"limit": 2, "cursor": first["next"]})).json()
    alone = (await provisioning.provider.http.get(f"{HOSTS}/{host['id']}")).json()

    shown = [*first["items"], *rest["items"]]
    assert ({each["display_name"] for each in shown}, rest["next"]) == ({"One", "Two", "Three"}, None)
    assert {each["customer_name"] for each in shown} == {"Northwind"}
    assert shown[0]["takes"] == {"ports": 1, "bandwidth_mbps": 10_000}
    assert (alone["services"], alone["site"]) == (3, site)
