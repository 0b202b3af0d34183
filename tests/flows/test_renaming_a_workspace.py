"""A customer gets another name and URL, which every service knows within seconds, through a whole installation."""

from typing import Any

import pytest

from deploy.demo.person import PATIENCE_SECONDS
from deploy.environment import SERVICES
from deploy.waiting import eventually
from tests.flows.steps import INVITATIONS, accepts, customer_row, first_invoice, joins, order_body, settled
from tests.harness.installation import DemoUser, Installation

NAME, SLUG, KIM, LEO = "Cobalt Rail", "cobalt-rail", "kim@cobalt.example", "leo@cobalt.example"
NEW, NEW_SLUG = "Indigo Rail", "indigo-rail"
PORT = {"location": "ams", "speed_gbps": 10, "term_months": 12}


@pytest.mark.rule("K29", "K16", "K25", "P5", "P31")
async def test_a_new_name_and_url_reach_every_service(installed: Installation) -> None:
    ana = await installed.signed_in("ana@meridian.example")
    kim = await joins(installed, ana, NAME, KIM)
    leo = await accepts(installed, LEO, kim, INVITATIONS, {"address": LEO, "display_name": "Leo", "role": "admin"})
    invoice = await is_billed(installed, kim)

    renamed = await kim.patch(
        "/api/identity/workspace-settings", {"locale": "en-US", "display_name": NEW, "new_url": True}
    )

    assert renamed["slug"] == NEW_SLUG
    await eventually(lambda: known_everywhere(installed), seconds=PATIENCE_SECONDS)
    await is_seen_by_its_people_and_its_parent(installed, ana, leo)
    await is_in_the_log(kim)
    issued = await kim.get(f"/api/billing/invoices/{invoice['id']}")
    assert issued["buyer"]["name"] == NAME, "as it was at issue"
    await installed.portico("verify")
    await installed.portico("audit", "verify")


async def is_billed(installed: Installation, kim: DemoUser) -> dict[str, Any]:
    order = await kim.post("/api/provisioning/orders", await order_body(kim, "port-10g", PORT))
    await settled(kim, order["id"])
    installed.advance(days=15.01)
    kim.forget_token()
    return await first_invoice(kim)


async def known_everywhere(installed: Installation) -> bool:
    """Whether each service's copy has the new name and URL, and none has the former ones."""
    names = set()
    for service in SERVICES:
        if service == "identity":
            continue
        async with installed.database(service) as database:
            rows = await database.fetch(
                "SELECT display_name, slug FROM workspace_copies WHERE slug = ANY ($1)", [SLUG, NEW_SLUG]
            )
        names |= {(service, *row) for row in rows}
    return names == {(service, NEW, NEW_SLUG) for service in SERVICES if service != "identity"}


async def is_seen_by_its_people_and_its_parent(installed: Installation, ana: DemoUser, leo: DemoUser) -> None:
    leo.forget_token()
    told = await leo.token()
    assert [each["display_name"] for each in (told["workspace"], *told["workspaces"])] == [NEW, NEW]
    assert await customer_row(ana, NAME) is None
    row = await customer_row(ana, NEW)
    assert row
    assert row["slug"] == NEW_SLUG
    led = await leo.get("/api/identity/destinations", workspace=SLUG)
    assert led["workspace"]["slug"] == NEW_SLUG

    async def mailed() -> list[str]:
        subjects = [mail["subject"] for mail in await installed.mails(LEO)]
        return [subject for subject in subjects if subject == f"{NAME} is now called {NEW}"]

    assert len(await eventually(mailed, seconds=PATIENCE_SECONDS) or []) == 1
    assert not [mail for mail in await installed.mails(KIM) if NEW in mail["subject"]], "Kim did it"


async def is_in_the_log(kim: DemoUser) -> None:
    async def logged() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await kim.get("/api/audit/entries", action="identity.workspace_updated"))[
            "items"
        ]
        return found

    [entry] = await eventually(logged, seconds=PATIENCE_SECONDS) or []
    assert entry["actor"]["address"] == KIM
    said = {name: entry["details"][name] for name in ("previous_display_name", "display_name", "previous_slug", "slug")}
    assert said == {"previous_display_name": NAME, "display_name": NEW, "previous_slug": SLUG, "slug": NEW_SLUG}
