"""A customer goes from a partner to the provider, and its services, bills and log go with it, through a whole
installation."""

from typing import Any

import pytest

from deploy.demo.companies import ANA, PROVIDER_NAME, ROBIN
from deploy.demo.person import PATIENCE_SECONDS
from deploy.waiting import eventually
from tests.flows.steps import customer_row, first_invoice, is_everywhere, joins, mailed, order_body, pay, settled
from tests.harness.installation import DemoUser, Installation

NAME, SLUG, KIM = "Heron Textiles", "heron-textiles", "kim@heron.example"
PORT = {"location": "ams", "speed_gbps": 10, "term_months": 12}
HERE, BELOW = "/api/identity/moves/here", "/api/identity/moves/below"


@pytest.mark.rule("D14")
async def test_a_customer_that_consents_is_looked_after_by_another_company(installed: Installation) -> None:
    ana, robin = await installed.signed_in(ANA.address), await installed.signed_in(ROBIN.address)
    kim = await joins(installed, ana, NAME, KIM)
    placed = await kim.post("/api/provisioning/orders", await order_body(kim, "port-10g", PORT))
    assert (await settled(kim, placed["id"]))["state"] == "fulfilled"
    customer = (await kim.get("/api/identity/workspaces/current"))["id"]
    provider = (await robin.get("/api/identity/workspaces/current"))["id"]

    await robin.put(f"{BELOW}/{customer}", {"to_workspace_id": provider, "reason": "You asked for it."})
    assert await mailed(installed, KIM, f"Please decide: {PROVIDER_NAME} could look after {NAME}")
    assert await customer_row(ana, NAME), "nothing changes before its admins consent"
    await works_on_behalf(ana)
    move = (await kim.get(HERE))["move"]
    await kim.post(f"{HERE}/{move['id']}/consent", {})

    assert (await ana.token())["workspace"]["slug"] == "meridian-partners", "her work on behalf is over"
    assert await customer_row(ana, NAME) is None
    assert (await ana.refused("POST", "/api/identity/on-behalf", {"workspace": SLUG})).status_code in (403, 404)
    below = ("parent_workspace_id", provider)
    await eventually(lambda: is_everywhere(installed, customer, *below), seconds=PATIENCE_SECONDS)
    await its_next_bill_is_of_the_new_seller(installed, kim, robin)
    assert await mailed(installed, ANA.address, f"{NAME} is not your customer any more")
    await is_in_the_logs(kim, ana)
    await installed.portico("verify")


async def works_on_behalf(ana: DemoUser) -> None:
    await ana.post("/api/identity/on-behalf", {"workspace": SLUG})
    ana.forget_token()
    token = await ana.token()
    assert (token["workspace"]["slug"], token["via"]) == (SLUG, "on_behalf")


async def its_next_bill_is_of_the_new_seller(installed: Installation, kim: DemoUser, robin: DemoUser) -> None:
    """Its service goes on, is billed and counted below the new seller, and is paid."""
    installed.advance(days=15.01)
    for person in (kim, robin):
        person.forget_token()
    invoice = await first_invoice(kim)
    await pay(installed, kim, invoice["id"])

    async def listed() -> bool:
        row = await customer_row(robin, NAME)
        return bool(row and any(amount["amount_minor"] > 0 for amount in row["mrr"]["value"]))

    assert await eventually(listed, seconds=PATIENCE_SECONDS)


async def is_in_the_logs(kim: DemoUser, ana: DemoUser) -> None:
    async def logged(person: DemoUser, action: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await person.get("/api/audit/entries", action=action))["items"]
        return [each for each in found if NAME in str(each["details"])]

    moved = await eventually(lambda: logged(kim, "identity.workspace_moved"), seconds=PATIENCE_SECONDS)
    left = await eventually(lambda: logged(ana, "identity.customer_left"), seconds=PATIENCE_SECONDS)
    assert moved
    assert left
    assert moved[0]["actor"]["address"] == KIM
    assert PROVIDER_NAME not in str(left[0]["details"])
