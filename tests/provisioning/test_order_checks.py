"""Checking an order without placing it, and what one order may have."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.provisioning.harness import ProvisioningHarness, order_of, post

ORDERS, CHECKS = "/api/provisioning/orders", "/api/provisioning/order-checks"


@pytest.mark.rule("K7")
@pytest.mark.parametrize(
    "changes",
    [
        {"configuration": {"speed_gbps": 7}},
        {"configuration": {}, "quantity": 3},
        {"quantity": 11},
        {"quantity": 1001},
        {"plan_version_id": str(uuid4())},
        {"product_id": str(uuid4())},
        {"bill_group_id": str(uuid4())},
        {"display_name": "\u3164"},
    ],
    ids="+".join,
)
async def test_a_check_says_what_the_order_would_and_changes_nothing(
    provisioning: ProvisioningHarness, changes: dict[str, Any]
) -> None:
    product, jonas = await provisioning.product(max_quantity=10), await provisioning.running.caller("admin")

    checked = await jonas.http.post(CHECKS, json=order_of(product, **changes))
    placed = await post(jonas, ORDERS, order_of(product, **changes))

    assert checked.status_code == 422
    for member in ("type", "status", "detail", "errors"):
        assert checked.json().get(member) == placed.json().get(member)
    assert await provisioning.database.events("provisioning.order_placed") == []


async def test_a_check_of_a_superseded_price_is_refused_as_its_order(provisioning: ProvisioningHarness) -> None:
    product, jonas, plan_id = await provisioning.product(), await provisioning.running.caller("admin"), uuid4()
    old = await provisioning.plan(UUID(product["id"]), plan_id=plan_id, version=1)
    await provisioning.plan(UUID(product["id"]), plan_id=plan_id, version=2)

    answer = await jonas.http.post(CHECKS, json=order_of(product, plan_version_id=str(old)))

    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/plan-superseded")


@pytest.mark.rule("D22")
async def test_a_check_names_the_order_that_was_placed_with_its_key(provisioning: ProvisioningHarness) -> None:
    product, jonas = await provisioning.product(), await provisioning.running.caller("admin")
    colleague = await provisioning.running.caller("admin", workspace_id=jonas.workspace_id)

    async def check(caller: Any, key: str) -> Any:
        answer = await post(caller, CHECKS, order_of(product), key=key)
        assert answer.status_code == 200, answer.text
        return answer.json()["placed_order_id"]

    before = await check(jonas, "key-of-a-review")
    order = (await post(jonas, ORDERS, order_of(product), key="key-of-a-review")).json()
    exported = {"list": "orders", "format": "csv"}
    assert (await post(jonas, "/api/provisioning/exports", exported, key="key-of-an-export")).is_success

    assert before is None
    assert await check(jonas, "key-of-a-review") == order["id"]
    assert await check(jonas, "another-key") is None
    assert await check(jonas, "key-of-an-export") is None
    assert await check(colleague, "key-of-a-review") is None
    assert len(await provisioning.database.events("provisioning.order_placed")) == 1


async def test_an_order_that_was_placed_is_named_although_it_could_not_be_placed_now(
    provisioning: ProvisioningHarness,
) -> None:
    product, jonas, plan_id = await provisioning.product(), await provisioning.running.caller("admin"), uuid4()
    plan = str(await provisioning.plan(UUID(product["id"]), plan_id=plan_id, version=1))
    body = order_of(product, plan_version_id=plan)
    order = (await post(jonas, ORDERS, body, key="key-of-a-review")).json()
    await provisioning.plan(UUID(product["id"]), plan_id=plan_id, version=2)

    answer = await post(jonas, CHECKS, body, key="key-of-a-review")

    assert (answer.status_code, answer.json()) == (200, {"placed_order_id": order["id"]})


@pytest.mark.parametrize("role", ["read_only", "support", "additional", "billing", None])
async def test_who_may_not_order_may_not_check(provisioning: ProvisioningHarness, role: str | None) -> None:
    product, somebody = await provisioning.product(), await provisioning.running.caller(role)

    answer = await somebody.http.post(CHECKS, json=order_of(product))

    assert answer.status_code == 403


async def test_a_product_says_how_many_one_order_may_have(provisioning: ProvisioningHarness) -> None:
    single, jonas = await provisioning.product(max_quantity=1), await provisioning.running.caller("admin")

    refused = await post(jonas, ORDERS, order_of(single, quantity=2))
    order = await provisioning.order(jonas, single, quantity=1)

    assert refused.json()["errors"] == [
        {"pointer": "/quantity", "code": "too_large", "detail": "must be at most 1", "limit": 1}
    ]
    assert order["quantity"] == 1
    assert (await provisioning.product())["max_quantity"] == 1000
