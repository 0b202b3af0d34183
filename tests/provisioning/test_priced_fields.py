"""Plans that charge per unit of a whole number in the configuration (K8): what can be ordered at them, and what billing
hears."""

from typing import Any
from uuid import UUID

import pytest

from services.provisioning.products.configuration import ConfigurationNotValid, check_configuration, numbers_of
from tests.provisioning.harness import ProvisioningHarness, order_of, post
from tests.provisioning.test_orders import ORDERS

ANYTHING = {"type": "object"}
MOST = 10_000_000


@pytest.mark.rule("K7", "K8")
@pytest.mark.parametrize(
    ("value", "code"),
    [(0, None), (4, None), (MOST, None), (-1, "too_small"), (MOST + 1, "too_large"), (2.5, "not_whole"),
     (True, "not_whole"), ("4", "not_whole"), (None, "not_whole")],
)  # fmt: skip
def test_what_is_charged_for_is_a_whole_number_that_can_be_counted(value: Any, code: str | None) -> None:
    errors: list[dict[str, Any]] = []
    try:
        check_configuration(ANYTHING, {"cpu": value, "note": "x" * 9}, priced_fields=["cpu", "not_there"])
    except ConfigurationNotValid as refused:
        errors = refused.extra["errors"]

    assert [(error["pointer"], error["code"]) for error in errors] == ([("/configuration/cpu", code)] if code else [])


def test_only_whole_numbers_are_told() -> None:
    configuration = {"cpu": 4, "zero": 0, "less": -1, "more": MOST + 1, "backup": True, "ratio": 1.0, "site": "AMS"}

    assert numbers_of(configuration | {"nested": {"cpu": 3}}) == {"cpu": 4, "zero": 0}


@pytest.mark.rule("K8")
async def test_billing_hears_the_numbers_with_the_order_and_the_provisioning(provisioning: ProvisioningHarness) -> None:
    product, jonas = await provisioning.product(), await provisioning.running.caller("admin")
    priced = str(await provisioning.plan(UUID(product["id"]), field_prices={"speed_gbps": 900}))

    await provisioning.order(jonas, product, plan_version_id=priced, configuration={"speed_gbps": 10})
    await provisioning.work()

    for name in ("order_placed", "service_provisioned"):
        [event] = await provisioning.database.events(f"provisioning.{name}")
        assert event["numbers"] == {"speed_gbps": 10}


@pytest.mark.rule("K8")
async def test_an_order_of_more_than_can_be_charged_for_is_refused_at_the_field(
    provisioning: ProvisioningHarness,
) -> None:
    schema = {"type": "object", "properties": {"storage_gb": {"type": "integer"}}}
    product = await provisioning.product(configuration_schema=schema)
    jonas = await provisioning.running.caller("admin")
    priced = str(await provisioning.plan(UUID(product["id"]), field_prices={"storage_gb": 2}))
    large = {"configuration": {"storage_gb": MOST + 1}}

    refused = await post(jonas, ORDERS, order_of(product, plan_version_id=priced, **large))
    free = await post(jonas, ORDERS, order_of(product, **large))

    [error] = refused.json()["errors"]
    assert (refused.status_code, error["pointer"], error["code"]) == (422, "/configuration/storage_gb", "too_large")
    assert free.status_code == 201
