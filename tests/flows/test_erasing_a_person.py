"""A person has their account deleted, and nothing of them is left in any service, through a whole installation."""

from typing import Any
from uuid import uuid4

import pytest

from deploy.demo.person import PATIENCE_SECONDS
from deploy.environment import SERVICES
from deploy.waiting import eventually
from tests.flows.steps import INVITATIONS, accepts, first_invoice, joins, mailed, order_body, pay, settled
from tests.harness.installation import DemoUser, Installation
from tests.harness.scanning import BOUNDED, TABLES, any_row_with

COMPANY, KIM = "Amber Freight", "kim@amber.example"
LOU, NAME = "louise-tremaine@amber.example", "Louisette Tremaine"
PORT = {"location": "ams", "speed_gbps": 10, "term_months": 12}


@pytest.mark.rule("D27", "D1")
async def test_nothing_is_left_of_a_person_in_any_service_and_the_log_still_holds(installed: Installation) -> None:
    ana = await installed.signed_in("ana@meridian.example")
    kim = await joins(installed, ana, COMPANY, KIM)
    body = {"address": LOU, "display_name": NAME, "role": "admin"}
    lou = await accepts(installed, LOU, kim, INVITATIONS, body)
    await leaves_traces(installed, lou)
    before, erased = await where_named(installed), await erased_people(installed)

    await lou.post("/api/identity/erasures", {"address": LOU})
    assert await mailed_that(installed, "Your account will be deleted")
    await let_a_week_pass(installed)

    assert {service for service, _ in before} == set(SERVICES) - {"audit"}, "the log has it encrypted alone"
    await eventually(lambda: is_erased_everywhere(installed, erased), seconds=PATIENCE_SECONDS)
    assert await where_named(installed) == set()
    assert await mailed(installed, LOU, "Your account is deleted")
    await the_log_still_says_what_happened(kim)
    again = await accepts(installed, LOU, kim, INVITATIONS, body | {"display_name": "Lou"})
    assert (await again.get("/api/identity/me"))["display_name"] == "Lou"
    await installed.portico("verify")


async def leaves_traces(installed: Installation, lou: DemoUser) -> None:
    """Lou orders, asks for a quote, pays, and is refused something."""
    placed = await lou.post("/api/provisioning/orders", await order_body(lou, "port-10g", PORT))
    await settled(lou, placed["id"])
    await lou.post("/api/billing/quotes", {"wish": "Ten ports, please."})
    installed.advance(days=15.01)
    lou.forget_token()
    invoice = await first_invoice(lou)
    await pay(installed, lou, invoice["id"])
    headers = await lou._authorization()
    refused = await installed.site.http.get(f"/api/identity/moves/below/{uuid4()}", headers=headers)
    assert refused.status_code == 403


async def let_a_week_pass(installed: Installation) -> None:
    async with installed.database("identity") as database:
        await database.execute("UPDATE erasures SET requested_at = requested_at - interval '7 days',"
                               " due_at = due_at - interval '7 days'")  # fmt: skip


async def where_named(installed: Installation) -> set[tuple[str, str]]:
    """Each service, and its tables that have the address or the name."""
    found = set()
    for service in SERVICES:
        async with installed.database(service) as database:
            for row in await database.fetch(TABLES):
                table = row["relname"]
                if table not in BOUNDED and await database.fetchval(any_row_with(table, LOU, NAME)):
                    found.add((service, table))
    return found


async def erased_people(installed: Installation) -> dict[str, int]:
    """How many people each service has erased so far."""
    queries = dict.fromkeys(("billing", "provisioning", "notifications"), "SELECT count(*) FROM erased_people")
    queries["identity"] = "SELECT count(*) FROM erasures WHERE state = 'done'"
    queries["audit"] = "SELECT count(*) FROM person_keys WHERE wrapped_key IS NULL"
    found = {}
    for service, query in queries.items():
        async with installed.database(service) as database:
            found[service] = await database.fetchval(query)
    return found


async def is_erased_everywhere(installed: Installation, before: dict[str, int]) -> bool:
    """Whether each service has erased one more."""
    return all(count > before[service] for service, count in (await erased_people(installed)).items())


async def mailed_that(installed: Installation, begins: str) -> bool:
    async def found() -> bool:
        return any(mail["subject"].startswith(begins) for mail in await installed.mails(LOU))

    return bool(await eventually(found, seconds=PATIENCE_SECONDS))


async def the_log_still_says_what_happened(kim: DemoUser) -> None:
    kim.forget_token()

    async def of_lou() -> list[dict[str, Any]]:
        entries = (await kim.get("/api/audit/entries", action="provisioning.order_placed"))["items"]
        return [each for each in entries if each["actor"]["address"] is None]

    [entry] = await eventually(of_lou, seconds=PATIENCE_SECONDS) or []
    assert (entry["actor"]["display_name"], entry["actor"]["via"]) == (None, "self")
    assert LOU not in str(await kim.get("/api/audit/entries", limit=100))
