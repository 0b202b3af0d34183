"""A partner and its customer from invitation to payment, through the public APIs of a whole installation."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest

from deploy.demo.person import PATIENCE_SECONDS
from deploy.waiting import eventually
from tests.flows.steps import CUSTOMERS, customer_row, first_invoice, order_body, pay, settled
from tests.harness.installation import HIDDEN_INACTIVE, DemoUser, Installation, real_now

NAME, SLUG, JONAS = "Aurora Freight", "aurora-freight", "jonas@aurora.example"
OPS = "ops@meridian.example"
PORT = {"location": "ams", "speed_gbps": 10, "term_months": 12}


@pytest.mark.rule("L6", "L9", "L11", "L12", "P1", "P2", "P4", "P6", "P11", "P15", "P16", "P24", "P25", "P27")
@pytest.mark.rule("P28", "P30", "P31", "D7", "D9", "D29")
async def test_a_partner_and_its_customer_from_invitation_to_payment(installed: Installation) -> None:
    ana, tom = await installed.signed_in("ana@meridian.example"), await installed.signed_in("tom@meridian.example")

    jonas = await invites(installed, ana)
    link = await links(ana, tom)
    await works_on_behalf(installed, ana, tom, jonas)
    await is_billed_and_pays(installed, ana, jonas)
    await hides_the_inactive(ana)
    await unlinks(tom, ana, link)
    await installed.portico("verify")
    await installed.portico("audit", "verify")


async def invites(installed: Installation, ana: DemoUser) -> DemoUser:
    made = await ana.post(CUSTOMERS, {"display_name": NAME})
    refused = await ana.refused("POST", f"{CUSTOMERS}/{made['id']}/invite", {"role": "admin"})
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/no-address-on-file")
    assert made["status"] == "not_connected"
    assert await customer_row(ana, NAME) is None, "only customers who signed up are listed"

    await ana.put(f"{CUSTOMERS}/{made['id']}/contact", {"address": JONAS, "display_name": "Jonas Weber"})
    invited_at = real_now()
    await ana.post(f"{CUSTOMERS}/{made['id']}/invite", {"role": "admin"})
    jonas = installed.user(JONAS)
    await jonas.accept_invitation(invited_at)

    welcome = [mail for mail in await installed.mails(JONAS) if mail["subject"] == "Welcome to the Customer Portal"]
    assert len(welcome) == 1
    row = await eventually(lambda: customer_row(ana, NAME), seconds=PATIENCE_SECONDS)
    assert row is not None
    assert row["status"] == "connected"
    return jonas


async def links(ana: DemoUser, tom: DemoUser) -> dict[str, Any]:
    assert await customer_row(tom, NAME) is None
    row = await customer_row(ana, NAME)
    assert row
    offered = await ana.get("/api/identity/links/linkable", customer_id=row["id"])
    ids = {person["address"]: person["id"] for person in offered["items"]}
    assert ana.address not in ids, "admins are not offered"

    link: dict[str, Any] = await ana.post(
        "/api/identity/links", {"customer_id": row["id"], "user_id": ids[tom.address]}
    )
    assert link["role"] == "support"
    seen = await customer_row(tom, NAME)
    assert seen
    cells = ("mrr", "ports", "virtual_circuits", "cloud_connections", "last_activity_at", "last_order_at")
    assert {seen[cell]["state"] for cell in cells} == {"hidden"}

    await ana.patch(f"/api/identity/links/{link['id']}", {"role": "regular"})
    raised = await customer_row(tom, NAME)
    assert raised
    assert {raised[cell]["state"] for cell in cells} == {"value"}, "without signing in again"
    return link


async def works_on_behalf(installed: Installation, ana: DemoUser, tom: DemoUser, jonas: DemoUser) -> None:
    jonas_was_here = (await jonas.token())["workspace"]["id"]
    await tom.post("/api/identity/on-behalf", {"workspace": SLUG})
    tom.forget_token()
    token = await tom.token()
    assert (token["workspace"]["slug"], token["via"], token["home_workspace"]["slug"]) == (
        SLUG,
        "on_behalf",
        "meridian-partners",
    )
    before = len(await installed.mails(OPS))

    order = await tom.post("/api/provisioning/orders", await order_body(tom, "port-10g", PORT))
    done = await settled(tom, order["id"])
    assert done["state"] == "fulfilled"
    assert done["placed_by_address"] == tom.address

    async def told() -> bool:
        return len(await installed.mails(OPS)) == before + 1

    await eventually(told, seconds=PATIENCE_SECONDS)
    assert NAME in (await installed.mails(OPS))[0]["subject"]
    log = (await jonas.get("/api/audit/entries", action="provisioning.order_placed"))["items"]
    assert [(entry["actor"]["address"], entry["actor"]["via"]) for entry in log] == [(tom.address, "on_behalf")]
    parent_log = (await ana.get("/api/audit/entries", action="provisioning.order_placed"))["items"]
    assert parent_log == []
    await tom.post("/api/identity/on-behalf/end", {})
    tom.forget_token()
    await the_row_counts_the_port(ana)
    assert jonas_was_here == token["workspace"]["id"]


async def the_row_counts_the_port(ana: DemoUser) -> None:
    async def counted() -> dict[str, Any] | None:
        row = await customer_row(ana, NAME)
        return row if row and row["ports"]["value"] == 1 and row["last_order_at"]["value"] else None

    row = await eventually(counted, seconds=PATIENCE_SECONDS)
    assert row
    assert sum(amount["amount_minor"] for amount in row["mrr"]["value"]) == 0, "nothing is billed yet"
    assert row["last_activity_at"]["value"] < row["last_order_at"]["value"], "Tom is not the customer"


async def is_billed_and_pays(installed: Installation, ana: DemoUser, jonas: DemoUser) -> None:
    installed.advance(days=15.01)
    jonas.forget_token()
    invoice = await first_invoice(jonas)
    assert re.fullmatch(r"LC-\d{4}-\d+", invoice["number"])
    [group] = await jonas.get("/api/billing/bill-groups")
    assert group["outstanding_minor"] == invoice["total_minor"] > 0
    assert (group["frequency"], group["auto_pay"]) == ("monthly", False)
    assert datetime.fromisoformat(group["next_billing_on"]) > installed.now().replace(tzinfo=None) + timedelta(days=20)

    async def announced() -> list[dict[str, Any]]:
        return [mail for mail in await installed.mails(JONAS) if invoice["number"] in mail["subject"]]

    [mail] = await eventually(announced, seconds=PATIENCE_SECONDS)
    assert mail["attachments"] == [f"{invoice['number']}.pdf"]
    pdf = await installed.site.http.get(
        f"/api/billing/invoices/{invoice['id']}/pdf", headers=await jonas._authorization()
    )
    assert pdf.content.startswith(b"%PDF")
    await pay(installed, jonas, invoice["id"])

    async def paid() -> bool:
        return bool((await jonas.get(f"/api/billing/invoices/{invoice['id']}"))["status"] == "paid")

    await eventually(paid, seconds=PATIENCE_SECONDS)

    async def shown() -> bool:
        row = await customer_row(ana, NAME)
        return bool(row and any(amount["amount_minor"] > 0 for amount in row["mrr"]["value"]))

    await eventually(shown, seconds=PATIENCE_SECONDS)


async def hides_the_inactive(ana: DemoUser) -> None:
    assert await customer_row(ana, HIDDEN_INACTIVE)
    assert await customer_row(ana, HIDDEN_INACTIVE, hide_inactive=True) is None
    assert await customer_row(ana, NAME, hide_inactive=True)


async def unlinks(tom: DemoUser, ana: DemoUser, link: dict[str, Any]) -> None:
    await tom.post("/api/identity/on-behalf", {"workspace": SLUG})
    tom.forget_token()
    assert (await tom.refused("GET", "/api/billing/invoices")).status_code == 200

    await ana.delete(f"/api/identity/links/{link['id']}")

    async def refused() -> bool:
        return (await tom.refused("GET", "/api/billing/invoices")).status_code in (401, 403)

    started = real_now()
    await eventually(refused, seconds=PATIENCE_SECONDS)
    assert real_now() - started < timedelta(seconds=5)
    ended = (await tom.token())["ended"]
    assert (ended["reason"], ended["workspace_display_name"]) == ("revoked", NAME)
    assert await customer_row(tom, NAME) is None
