from typing import Any
from uuid import UUID

import pytest

from shared.pages import encode_cursor
from tests.provisioning.harness import PORT, SPEED_AND_TERM, ProvisioningHarness, post

PRODUCTS = "/api/provisioning/products"


@pytest.mark.rule("D9")
async def test_a_published_product_is_in_the_catalogue_and_billing_hears_of_it(
    provisioning: ProvisioningHarness,
) -> None:
    answer = await post(provisioning.provider, PRODUCTS, PORT)

    [listed] = (await provisioning.provider.http.get(PRODUCTS)).json()["items"]
    alone = (await provisioning.provider.http.get(f"{PRODUCTS}/port")).json()
    (event,) = await provisioning.database.events("provisioning.product_published")
    assert answer.status_code == 201
    assert alone == answer.json()
    assert listed.pop("fields") == {
        "count": 2, "first": [{"name": "speed_gbps", "title": None}, {"name": "term_months", "title": None}],
    }  # fmt: skip
    unlisted = ("configuration_schema", "needs", "brings")
    assert listed == {name: value for name, value in alone.items() if name not in unlisted}
    assert (event["key"], event["kind"], event["billing_delay_days"]) == ("port", "port", 15)
    assert event["workspace_id"] == str(provisioning.provider.workspace_id)


@pytest.mark.rule("D9")
@pytest.mark.parametrize(
    ("kind", "given", "days"), [("port", None, 15), ("node", None, 0), ("node", 3, 3), ("port", 0, 0)]
)
async def test_ports_are_billed_after_15_days_and_the_rest_at_once_unless_the_product_says_otherwise(
    provisioning: ProvisioningHarness, kind: str, given: int | None, days: int
) -> None:
    product = await provisioning.product(kind=kind, billing_delay_days=given)

    assert product["billing_delay_days"] == days


async def test_changing_a_product_tells_billing_with_a_higher_version(provisioning: ProvisioningHarness) -> None:
    await post(provisioning.provider, PRODUCTS, PORT)

    change = {"display_name": "Port, new", "configuration_schema": SPEED_AND_TERM, "billing_delay_days": 10}
    answer = await provisioning.provider.http.put(f"{PRODUCTS}/port", json=change)

    told = await provisioning.database.events("provisioning.product_published")
    assert answer.json()["display_name"] == "Port, new"
    assert [(e["subject"]["version"], e["billing_delay_days"]) for e in told] == [(1, 15), (2, 10)]  # type: ignore[index]


async def test_a_changed_product_has_another_version_and_its_new_fields(provisioning: ProvisioningHarness) -> None:
    before = await provisioning.product(key="port")
    site = {"type": "object", "properties": {"site": {"type": "string", "title": "Site"}}}

    change = {"display_name": "Port", "configuration_schema": site}
    answer = await provisioning.provider.http.put(f"{PRODUCTS}/port", json=change)

    [listed] = (await provisioning.provider.http.get(PRODUCTS)).json()["items"]
    assert (before["version"], answer.json()["version"], listed["version"]) == (1, 2, 2)
    assert listed["fields"] == {"count": 1, "first": [{"name": "site", "title": "Site"}]}


async def test_a_list_tells_little_of_a_product_with_many_long_fields(provisioning: ProvisioningHarness) -> None:
    fields = {f"field_{n:02}": {"type": "boolean", "title": "x" * 200} for n in range(30)}
    await provisioning.product(configuration_schema={"type": "object", "properties": fields})

    [listed] = (await provisioning.provider.http.get(PRODUCTS)).json()["items"]

    assert listed["fields"]["count"] == 30
    assert [field["name"] for field in listed["fields"]["first"]] == list(fields)[:10]
    assert {len(field["title"]) for field in listed["fields"]["first"]} == {100}


async def test_the_catalogue_is_listed_by_name_page_by_page(provisioning: ProvisioningHarness) -> None:
    names = ["Circuit", "Metal", "Port", "Port", "Tower"]
    for name in reversed(names):
        await provisioning.product(display_name=name)

    pages, cursor = [], ""
    while cursor is not None:
        page = (await provisioning.provider.http.get(f"{PRODUCTS}?limit=2{cursor and f'&cursor={cursor}'}")).json()
        pages.append([item["display_name"] for item in page["items"]])
        cursor = page["next"]

    assert pages == [names[:2], names[2:4], names[4:]]


@pytest.mark.parametrize("cursor", ["x", encode_cursor("Port"), encode_cursor("\0", UUID(int=1))])
async def test_a_cursor_of_something_else_is_refused(provisioning: ProvisioningHarness, cursor: str) -> None:
    answer = await provisioning.provider.http.get(PRODUCTS, params={"cursor": cursor})

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/cursor")


async def test_a_key_is_unique(provisioning: ProvisioningHarness) -> None:
    await post(provisioning.provider, PRODUCTS, PORT)

    answer = await post(provisioning.provider, PRODUCTS, PORT)

    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/product-key-taken")


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"driver": "teleporter"}, "/driver"),
        ({"driver_options": {"step_seconds": -1}}, "/driver_options/step_seconds"),
        ({"driver_options": {"fail_at": 3}}, "/driver_options/fail_at"),
    ],
)
async def test_an_unknown_driver_and_invalid_options_are_refused(
    provisioning: ProvisioningHarness, change: dict[str, Any], pointer: str
) -> None:
    answer = await post(provisioning.provider, PRODUCTS, PORT | change)

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


@pytest.mark.rule("D8")
@pytest.mark.parametrize(
    "change",
    [
        {"kind": "cloud_connection"},
        {"connection": "hosted"},
        {"is_also_port": True},
        {"kind": "cloud_connection", "connection": "hosted", "is_also_port": True},
    ],
)
async def test_only_a_dedicated_cloud_connection_can_be_a_port_too(
    provisioning: ProvisioningHarness, change: dict[str, Any]
) -> None:
    answer = await post(provisioning.provider, PRODUCTS, PORT | change)

    assert answer.status_code == 422


@pytest.mark.parametrize(("role", "kind"), [("admin", "customer"), ("admin", "partner"), ("support", "provider")])
async def test_only_the_provider_edits_the_catalogue(provisioning: ProvisioningHarness, role: str, kind: str) -> None:
    somebody = await provisioning.running.caller(role, kind=kind)

    published = await post(somebody, PRODUCTS, PORT)
    changed = await somebody.http.put(f"{PRODUCTS}/port", json={})

    assert (published.status_code, changed.status_code) == (403, 403)
    told = await provisioning.database.events()
    assert {event["name"] for event in told} == {"provisioning.attempt_refused"}


async def test_an_unknown_product_is_not_found(provisioning: ProvisioningHarness) -> None:
    answer = await provisioning.provider.http.get(f"{PRODUCTS}/teleporter")

    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


async def test_the_fields_stay_in_the_order_in_which_they_were_written(provisioning: ProvisioningHarness) -> None:
    names = ["warehouse_name", "b", "zone", "a", "connection_speed", "it"]
    fields = {name: {"type": "boolean"} for name in names}

    product = await provisioning.product(key="port", configuration_schema={"type": "object", "properties": fields})
    found = [await fields_of_port(provisioning)]
    turned = {name: fields[name] for name in reversed(names)}
    change = {"display_name": "Port", "configuration_schema": {"type": "object", "properties": turned}}
    await provisioning.provider.http.put(f"{PRODUCTS}/port", json=change)
    found.append(await fields_of_port(provisioning))

    assert list(product["configuration_schema"]["properties"]) == names
    assert found == [(names, names), (names[::-1], names[::-1])]


async def fields_of_port(provisioning: ProvisioningHarness) -> tuple[list[str], list[str]]:
    """The names of the fields in the schema, and in the list of products."""
    alone = (await provisioning.provider.http.get(f"{PRODUCTS}/port")).json()
    [listed] = (await provisioning.provider.http.get(PRODUCTS)).json()["items"]
    return list(alone["configuration_schema"]["properties"]), [field["name"] for field in listed["fields"]["first"]]
