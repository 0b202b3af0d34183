from typing import Any

import pytest

from tests.provisioning.harness import PORT, SPEED_AND_TERM, ProvisioningHarness, post

PRODUCTS = "/api/provisioning/products"


@pytest.mark.rule("D9")
async def test_a_published_product_is_in_the_catalogue_and_billing_hears_of_it(
    provisioning: ProvisioningHarness,
) -> None:
    answer = await post(provisioning.provider, PRODUCTS, PORT)

    listed = (await provisioning.provider.http.get(PRODUCTS)).json()
    (event,) = await provisioning.database.events("provisioning.product_published")
    assert answer.status_code == 201
    assert listed == [answer.json()]
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
    assert await provisioning.database.events() == []


async def test_an_unknown_product_is_not_found(provisioning: ProvisioningHarness) -> None:
    answer = await provisioning.provider.http.get(f"{PRODUCTS}/teleporter")

    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
