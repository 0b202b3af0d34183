"""The driver fails at step 3: nothing is billed, the person gets a mail, and the provider's staff retry (D18)."""

import pytest

from deploy.waiting import eventually
from tests.faults.orders import (
    CUSTOMER,
    OPS,
    ORDERS,
    PATIENCE_SECONDS,
    PAUSE_SECONDS,
    PROVIDER,
    effects_of,
    fulfilled,
    offer,
    settle,
)
from tests.harness.installation import Installation

FAILED_ORDERS = "/api/provisioning/failed-orders"


@pytest.mark.rule("D18")
async def test_an_order_that_fails_at_step_3_is_not_billed_and_the_person_is_told_once(
    installed: Installation,
) -> None:
    daniel = await installed.signed_in(CUSTOMER)
    body = await offer(installed, step_seconds=0.1, fail_at_step=3, fail_times=9)
    await settle(installed)  # with mails about what was done before
    partner_mails = len(await installed.mails(OPS))
    mine = len(await installed.mails(CUSTOMER))

    order = await daniel.post(ORDERS, body)

    async def failed() -> bool:
        return bool((await daniel.get(f"{ORDERS}/{order['id']}"))["state"] == "failed")

    await eventually(failed, seconds=PATIENCE_SECONDS, pause=PAUSE_SECONDS)
    await settle(installed)
    shown = await daniel.get(f"{ORDERS}/{order['id']}")
    assert [step["state"] for step in shown["steps"]] == ["done", "done", "failed", "waiting"]
    effects = await effects_of(installed, order["id"])
    assert (effects.services, effects.provisioned_events, effects.billing_starts) == (0, 0, 0)
    assert effects.audit_entries["provisioning.service_provisioning_failed"] == 1
    async with installed.database("billing") as database:
        lines = "SELECT count(*) FROM invoice_lines WHERE service_id = $1"
        assert await database.fetchval(lines, order["service_id"]) == 0
    told = (await installed.mails(CUSTOMER))[: -mine or None]
    assert [mail["subject"] for mail in told] == [f"{shown['product']['display_name']} could not be provisioned"]
    assert len(await installed.mails(OPS)) == partner_mails


@pytest.mark.rule("D11", "D18", "K14")
async def test_the_providers_staff_find_the_order_try_it_again_and_it_is_billed_from_then_on(
    installed: Installation,
) -> None:
    daniel, robin = await installed.signed_in(CUSTOMER), await installed.signed_in(PROVIDER)
    order = await daniel.post(ORDERS, await offer(installed, step_seconds=0.1, fail_at_step=3, fail_times=1))

    async def listed() -> list[dict[str, object]]:
        return [each for each in (await robin.get(FAILED_ORDERS))["items"] if each["id"] == order["id"]]

    (failed,) = await eventually(listed, seconds=PATIENCE_SECONDS, pause=PAUSE_SECONDS)
    by_customer = await daniel.refused("GET", FAILED_ORDERS)
    retried = await robin.post(f"{ORDERS}/{order['id']}/retry", {})
    await eventually(lambda: fulfilled(installed, order["id"]), seconds=PATIENCE_SECONDS, pause=PAUSE_SECONDS)
    await settle(installed)

    assert (failed["customer_name"], failed["step"], failed["steps"]) == ("Kestrel Insurance Group", 3, 4)
    assert by_customer.status_code == 403
    assert (retried["id"], await listed()) == (order["id"], [])
    effects = await effects_of(installed, order["id"])
    assert (effects.services, effects.provisioned_events, effects.billing_starts) == (1, 1, 1)
    log = (await daniel.get("/api/audit/entries", action="provisioning.order_retried"))["items"]
    (entry,) = [each for each in log if each["subject"]["id"] == order["id"]]
    assert (entry["actor"]["address"], entry["actor"]["via"]) == (PROVIDER, "parent")
    assert entry["title"] == "Order retried"
