"""A partner suspends its customer, which then reads and pays and changes nothing, through a whole installation."""

from typing import Any

import pytest

from deploy.demo.person import PATIENCE_SECONDS
from deploy.waiting import eventually
from tests.flows.steps import first_invoice, is_everywhere, joins, mailed, order_body, pay, settled
from tests.harness.installation import DemoUser, Installation

NAME, KIM = "Sable Freight", "kim@sable.example"
PORT = {"location": "ams", "speed_gbps": 10, "term_months": 12}
REASON = "Two invoices are unpaid."
CHANGES = ("/api/identity/contacts", "/api/provisioning/orders", "/api/identity/invitations")


@pytest.mark.rule("D29", "D11")
async def test_a_suspended_customer_reads_and_pays_until_the_suspension_ends(installed: Installation) -> None:
    ana = await installed.signed_in("ana@meridian.example")
    kim = await joins(installed, ana, NAME, KIM)
    order = await order_body(kim, "port-10g", PORT)
    placed = await kim.post("/api/provisioning/orders", order)
    await settled(kim, placed["id"])
    customer = (await kim.get("/api/identity/workspaces/current"))["id"]

    await ana.put(f"/api/identity/suspensions/{customer}", {"reason": REASON})
    kim.forget_token()

    assert await refusals(installed, kim, order) == {"workspace-is-suspended"}, "at once, whatever has been heard"
    assert (await kim.get("/api/provisioning/services"))["items"]
    await eventually(lambda: is_everywhere(installed, customer, "suspended", "true"), seconds=PATIENCE_SECONDS)
    assert await refusals(installed, kim, order) == {"workspace-is-suspended"}
    await its_bill_is_paid(installed, kim)
    assert await mailed(installed, KIM, f"{NAME} is suspended")

    await ana.delete(f"/api/identity/suspensions/{customer}")
    kim.forget_token()
    again = await kim.post("/api/provisioning/orders", order)

    assert (await settled(kim, again["id"]))["state"] == "fulfilled"
    assert await mailed(installed, KIM, f"{NAME} is not suspended any more")
    await is_in_the_log(kim)
    await installed.portico("verify")


async def refusals(installed: Installation, kim: DemoUser, order: dict[str, Any]) -> set[str]:
    """Why the services refuse Kim's changes."""
    headers = await kim._authorization() | {"Idempotency-Key": "k" * 20}
    answers = [await installed.site.http.post(path, json=order, headers=headers) for path in CHANGES]
    assert {answer.status_code for answer in answers} == {403}
    return {answer.json()["type"].removeprefix("/problems/") for answer in answers}


async def its_bill_is_paid(installed: Installation, kim: DemoUser) -> None:
    """Billing goes on."""
    installed.advance(days=15.01)
    kim.forget_token()
    invoice = await first_invoice(kim)
    await pay(installed, kim, invoice["id"])

    async def paid() -> bool:
        return bool((await kim.get(f"/api/billing/invoices/{invoice['id']}"))["status"] == "paid")

    assert await eventually(paid, seconds=PATIENCE_SECONDS)


async def is_in_the_log(kim: DemoUser) -> None:
    async def logged() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await kim.get("/api/audit/entries", action="identity.workspace_suspended"))[
            "items"
        ]
        return found

    [entry] = await eventually(logged, seconds=PATIENCE_SECONDS) or []
    assert (entry["actor"]["address"], entry["actor"]["via"]) == ("ana@meridian.example", "parent")
    assert (entry["details"]["reason"], entry["details"]["suspended_by"]) == (REASON, "Meridian Partners")
