"""The lists of every service, as files."""

from collections.abc import Awaitable, Callable
from uuid import uuid4

import orjson
import pytest

from services.audit.exports.lists import EXPORTS as AUDIT
from services.billing.exports.lists import EXPORTS as BILLING
from services.identity.exports.lists import EXPORTS as IDENTITY
from services.provisioning.exports.lists import EXPORTS as PROVISIONING
from shared.exports import ExportList
from tests.audit.harness import AuditHarness, contact, user_actor
from tests.billing.harness import BillingHarness
from tests.contracts.openapi import document, operation_at
from tests.contracts.samples_of import sample
from tests.exports.harness import Exporting
from tests.harness.services import Running
from tests.provisioning.harness import ProvisioningHarness

LISTS = [(each.service, list_) for each in (AUDIT, BILLING, IDENTITY, PROVISIONING) for list_ in each.lists]
Run = Callable[..., Awaitable[Running]]


@pytest.mark.parametrize(("service", "list_"), LISTS, ids=lambda each: getattr(each, "name", each))
def test_every_column_is_a_field_of_the_lists_answers(service: str, list_: ExportList) -> None:
    operation = operation_at("GET", f"/api/{service}/{list_.name}")
    schema = operation.answer_schema(200, "application/json")
    assert schema
    answer = sample(document(service), schema)
    item = (answer if isinstance(answer, list) else answer["items"])[0]

    for column in list_.columns:
        assert column.path.split(".")[0] in item, column.path


async def test_services_are_exported_with_what_they_contain(run: Run) -> None:
    provisioning = await ProvisioningHarness.open(await run("provisioning"))
    exporting, ben = Exporting(provisioning.running), await provisioning.running.caller("admin")
    product = await provisioning.product()
    await provisioning.order(ben, product, display_name="=HYPERLINK(1)")

    [service] = await exporting.table(ben, "services", filters={"kind": "port"})
    [order] = await exporting.table(ben, "orders")

    assert service["Service"] == "'=HYPERLINK(1)"
    assert orjson.loads(service["Configuration"]) == {"speed_gbps": 10}
    assert service["Product"] == order["Product"] == product["display_name"]
    assert order["Order number"].startswith("ORD-")


async def test_failed_orders_of_every_workspace_are_exported_for_the_providers_staff_alone(run: Run) -> None:
    provisioning = await ProvisioningHarness.open(await run("provisioning"))
    exporting, ben = Exporting(provisioning.running), await provisioning.running.caller("admin")
    fails = await provisioning.product(driver_options={"step_seconds": 0, "fail_at_step": 3, "fail_times": 1})
    orders = [await provisioning.order(ben, fails, display_name=name) for name in ("Lyon", "Nice")]
    await provisioning.work()

    rows = await exporting.table(provisioning.provider, "failed-orders")
    refused = await exporting.ask(ben, "failed-orders")

    assert {row["Order number"] for row in rows} == {order["number"] for order in orders}
    assert {(row["Service"], row["Step"]) for row in rows} == {("Lyon", "3"), ("Nice", "3")}
    assert refused.status_code == 403


async def test_subscriptions_are_exported_with_what_the_whole_quantity_costs(run: Run) -> None:
    billing = await BillingHarness.open(await run("billing"))
    customer = await billing.customer()
    await billing.subscribed(customer, await billing.plan(1_250), quantity=3)

    [row] = await Exporting(billing.running).table(await billing.admin(customer), "subscriptions")

    prices = row["Quantity"], row["Price per unit and interval"], row["Total per interval"]
    assert prices == ("3", "12.50", "37.50")


async def test_who_sees_only_their_own_entries_exports_only_these(run: Run) -> None:
    exporting = Exporting(await run("audit"))
    member = await exporting.running.caller("regular")
    mine, other = user_actor(member.user_id, member.address), user_actor(uuid4(), "x@northwind.example")
    added = [contact(member.workspace_id, actor, "ops@northwind.example") for actor in (mine, other, other)]
    await AuditHarness(exporting.running.database).keep(*added)
    admin = await exporting.running.caller("admin", workspace_id=member.workspace_id)

    own = await exporting.table(member, "entries")
    everything = await exporting.file(admin, await exporting.made(admin, "entries", "jsonl"))

    listed = (await admin.http.get("/api/audit/entries")).json()["items"]
    assert [row["Who"] for row in own] == [member.address]
    assert [orjson.loads(line) for line in everything.content.splitlines()] == listed
    assert len(listed) == 3
