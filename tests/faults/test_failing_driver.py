"""The driver fails at step 3: nothing is billed, and the person hears of it (D18)."""

import pytest

from tests.faults.storm import CUSTOMER, OPS, ORDERS, eventually, offer, settle, traces_of
from tests.harness.installation import Installation


@pytest.mark.rule("D18")
async def test_an_order_that_fails_at_step_3_is_not_billed_and_the_person_is_told_once(
    installed: Installation,
) -> None:
    daniel = await installed.signed_in(CUSTOMER)
    body = await offer(installed, step_seconds=0.1, fail_at_step=3, fail_times=9)
    partner_mails = len(await installed.mails(OPS))
    mine = len(await installed.mails(CUSTOMER))

    order = await daniel.post(ORDERS, body)

    async def failed() -> bool:
        return bool((await daniel.get(f"{ORDERS}/{order['id']}"))["state"] == "failed")

    await eventually(failed)
    await settle(installed)
    shown = await daniel.get(f"{ORDERS}/{order['id']}")
    assert [step["state"] for step in shown["steps"]] == ["done", "done", "failed", "waiting"]
    traces = await traces_of(installed, order["id"])
    assert (traces.services, traces.provisioned_events, traces.billing_starts) == (0, 0, 0)
    assert traces.audit_entries["provisioning.service_provisioning_failed"] == 1
    async with installed.database("billing") as database:
        lines = "SELECT count(*) FROM invoice_lines WHERE service_id = $1"
        assert await database.fetchval(lines, order["service_id"]) == 0
    told = (await installed.mails(CUSTOMER))[: -mine or None]
    assert [mail["subject"] for mail in told] == [f"{shown['product']['display_name']} could not be provisioned"]
    assert len(await installed.mails(OPS)) == partner_mails
