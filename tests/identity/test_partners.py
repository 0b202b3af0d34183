"""The provider's partners: the list with their customers' totals, and the provider's access below them."""

import importlib
from datetime import UTC, datetime
from typing import Any, get_args
from uuid import UUID, uuid4

import asyncpg
import pytest
from sqlalchemy import text

from services.identity.customers.schemas import CustomerSort
from services.identity.handlers import show_currency, show_last_order, show_mrr, show_service_counts
from services.identity.partners.schemas import PartnerRead
from shared.events.billing import BillGroupCreated
from shared.pages import Page
from shared.scope import begin_in
from tests.identity.harness import ANA, IdentityHarness, Person, Story, add_customer
from tests.identity.test_customers import counts, mrr, order

FARAH = "farah@alder.example"


async def add_partner(story: Story, name: str = "Alder Networks", address: str = FARAH) -> Person:
    """Another partner of the provider, connected by the owner of ``address``."""
    await story.robin.post("partners", {"display_name": name, "address": address, "contact_name": "Farah"})
    return await story.identity.accept(address)


async def partners_seen_by(person: Person, **params: Any) -> dict[str, dict[str, Any]]:
    return {row["slug"]: row for row in (await person.get("partners", **params))["items"]}


def value(thing: Any) -> dict[str, Any]:
    return {"state": "value", "value": thing}


async def test_a_partner_is_listed_with_its_connected_customers_added_up(story: Story) -> None:
    tidewater, _ = await add_customer(story.ana, "Tidewater Labs", "kai@tidewater.example")
    await story.ana.post("customers", {"display_name": "Not Connected Ltd"})
    own, _ = await add_customer(story.robin, "Larkspur's Own", "eve@own.example")
    for customer in (story.northwind, tidewater, own):
        await story.identity.hear(show_service_counts, counts(customer, ports=2, virtual_circuits=3))
    await story.identity.hear(show_service_counts, counts(tidewater, 2, ports=5, cloud_connections=1))
    await add_partner(story)

    partners = await partners_seen_by(story.robin)

    assert list(partners) == ["alder-networks", "meridian-partners"], "by name, and no customer"
    meridian, alder = partners["meridian-partners"], partners["alder-networks"]
    assert (meridian["status"], meridian["role"]) == ("connected", "admin")
    assert meridian["contact"] == {"address": ANA, "display_name": "Ana"}
    assert meridian["account_number"].startswith("AC-")
    numbers = ("customers", "ports", "virtual_circuits", "cloud_connections")
    assert [meridian[name] for name in numbers] == [value(2), value(7), value(3), value(1)]
    assert [alder[name] for name in numbers] == [value(0)] * 4


@pytest.mark.rule("D20")
async def test_revenue_of_a_partners_customers_adds_no_two_currencies(story: Story) -> None:
    tidewater, _ = await add_customer(story.ana, "Tidewater Labs", "kai@tidewater.example")
    await story.identity.hear(show_mrr, mrr(story.northwind, USD=100, EUR=30))
    await story.identity.hear(show_mrr, mrr(tidewater, EUR=5))

    meridian = (await partners_seen_by(story.robin))["meridian-partners"]

    listed = [{"currency": "EUR", "amount_minor": 35}, {"currency": "USD", "amount_minor": 100}]
    assert meridian["mrr"] == value(listed)


@pytest.mark.rule("D10", "D20")
async def test_no_revenue_is_a_zero_of_the_currency_that_the_customers_are_billed_in(story: Story) -> None:
    nothing = (await partners_seen_by(story.robin))["meridian-partners"]["mrr"]
    opened = {"workspace_id": UUID(story.northwind), "bill_group_id": uuid4(), "display_name": "Default"}
    await story.identity.hear(show_currency, BillGroupCreated(**opened, currency="CHF", is_default=True))

    zero = (await partners_seen_by(story.robin))["meridian-partners"]["mrr"]

    assert (nothing, zero) == (value([]), value([{"currency": "CHF", "amount_minor": 0}]))


@pytest.mark.rule("D7")
async def test_last_activity_is_of_the_partners_own_users(story: Story) -> None:
    before = (await partners_seen_by(story.robin))["meridian-partners"]["last_activity_at"]["value"]
    await story.identity.sql("UPDATE grants SET last_active_at = NULL")
    await story.jonas.open_page()
    customers_own = (await partners_seen_by(story.robin))["meridian-partners"]["last_activity_at"]["value"]

    await story.ana.open_page()

    partners_own = (await partners_seen_by(story.robin))["meridian-partners"]["last_activity_at"]["value"]
    assert customers_own == before
    assert datetime.fromisoformat(partners_own) > datetime.fromisoformat(before)


async def test_a_partner_that_did_not_sign_up_yet_is_listed_as_invited(story: Story) -> None:
    added = {"display_name": "Alder Networks", "address": FARAH, "contact_name": "Farah"}
    await story.robin.post("partners", added)

    alder = (await partners_seen_by(story.robin))["alder-networks"]

    assert (alder["status"], alder["last_activity_at"]) == ("not_connected", value(None))
    assert alder["invitation"]["expires_at"] > alder["invitation"]["sent_at"]


@pytest.mark.rule("P3", "P4", "P21")
async def test_who_is_no_admin_of_the_provider_sees_linked_partners_with_the_numbers_of_the_role(story: Story) -> None:
    await story.robin.post("invitations", {"address": "lou@larkspur.example", "display_name": "Lou", "role": "regular"})
    lou = await story.identity.accept("lou@larkspur.example")
    meridian = (await partners_seen_by(story.robin))["meridian-partners"]["id"]
    unlinked = await partners_seen_by(lou)

    link = await story.robin.post("links", {"customer_id": meridian, "user_id": str(await lou.user_id())})
    as_support = (await partners_seen_by(lou))["meridian-partners"]
    await story.robin.ask("PATCH", f"links/{link['id']}", {"role": "regular"})
    as_regular = (await partners_seen_by(lou))["meridian-partners"]

    hidden = {"state": "hidden", "value": None}
    assert unlinked == {}
    assert [as_support[name] for name in ("customers", "mrr", "ports", "last_activity_at")] == [hidden] * 4
    assert (as_support["role"], as_regular["customers"]) == ("support", value(1))


@pytest.mark.rule("S01")
async def test_only_the_provider_has_partners(story: Story) -> None:
    await add_partner(story)

    assert await partners_seen_by(story.ana) == {}
    assert (await story.jonas.ask("GET", "partners")).status_code == 403


async def test_the_pages_together_are_all_partners_by_name(story: Story) -> None:
    for number in (3, 1, 2):
        name, address = f"Reseller {number}", f"r{number}@resellers.example"
        await story.robin.post("partners", {"display_name": name, "address": address, "contact_name": "R"})
    walked, cursor = list[str](), None

    while True:
        page = await story.robin.get("partners", limit=1, **({"cursor": cursor} if cursor else {}))
        walked += [row["display_name"] for row in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break

    assert walked == ["Meridian Partners", "Reseller 1", "Reseller 2", "Reseller 3"]
    refused = await story.robin.ask("GET", "partners", params={"cursor": "W10"})
    assert refused.status_code == 422


async def test_the_list_fits_its_schema(story: Story) -> None:
    page = await story.robin.get("partners")

    assert Page[PartnerRead].model_validate(page).model_dump(mode="json").keys() == page.keys()
    assert Page[PartnerRead].model_validate(page).items[0].model_dump(mode="json").keys() == page["items"][0].keys()


@pytest.mark.rule("S01")
@pytest.mark.parametrize("sort", get_args(CustomerSort))
async def test_the_providers_customers_are_neither_its_partners_nor_their_customers(story: Story, sort: str) -> None:
    own, _ = await add_customer(story.robin, "Larkspur's Own", "eve@own.example")
    waiting = await story.robin.post("customers", {"display_name": "Still Waiting"})
    await story.ana.post("customers", {"display_name": "Waiting Below Meridian"})
    for customer in (story.northwind, own):
        await story.identity.hear(show_mrr, mrr(customer, EUR=100))
        await story.identity.hear(show_service_counts, counts(customer, ports=1))
        await story.identity.hear(show_last_order, order(customer, datetime.now(UTC)))

    page = await story.robin.get("customers", sort=sort)
    others = await story.robin.get("customers", status="not_connected")
    searched = await story.robin.get("customers", q="northwind")

    assert [row["id"] for row in page["items"]] == [own]
    assert (page["totals"]["customers"], page["totals"]["ports"]) == (1, 1)
    assert page["totals"]["mrr"] == [{"currency": "EUR", "amount_minor": 100}]
    assert [row["id"] for row in others["items"]] == [waiting["id"]]
    assert (searched["items"], searched["totals"]["customers"]) == ([], 0)


@pytest.mark.rule("S01")
async def test_to_the_provider_a_partners_customer_is_as_unknown_as_a_random_one(story: Story) -> None:
    contact = {"address": "eve@larkspur.example", "display_name": "Eve"}
    user = str(await story.robin.user_id())

    async def answers(customer: str, slug: str) -> list[tuple[int, Any]]:
        given = [
            await story.robin.ask("PUT", f"customers/{customer}/contact", contact),
            await story.robin.ask("POST", f"customers/{customer}/invite", {"role": "admin"}),
            await story.robin.ask("GET", "links", params={"customer_id": customer}),
            await story.robin.ask("POST", "links", {"customer_id": customer, "user_id": user}),
            await story.robin.ask("POST", "on-behalf", {"workspace": slug}),
        ]
        return [(answer.status_code, answer.json()["detail"]) for answer in given]

    below, none = await answers(story.northwind, "northwind-logistics"), await answers(str(uuid4()), "nowhere")

    assert below == none
    assert {status for status, _ in below} == {404}


@pytest.mark.rule("S01", "S02")
async def test_row_security_shows_a_parent_the_rows_of_its_children_and_the_provider_no_others(
    story: Story,
) -> None:
    farah = await add_partner(story)
    await add_customer(farah, "Birch Bakery", "bo@birch.example")
    rows = await story.identity.sql("SELECT workspace_id, parent_workspace_id, slug FROM customer_overview")
    ids = {row["slug"]: row["workspace_id"] for row in rows}
    ids["larkspur"] = next(row["parent_workspace_id"] for row in rows if row["slug"] == "meridian-partners")

    async def look(slug: str) -> tuple[set[str], set[str]]:
        """The rows that the API role sees and can change with this workspace as its scope."""
        async with begin_in(story.identity.runtime.sessions, ids[slug]) as session:
            seen = await session.scalars(text("SELECT slug FROM customer_overview"))
            changed = await session.scalars(text("UPDATE customer_overview SET ports = 7 RETURNING slug"))
            return set(seen), set(changed)

    assert await look("larkspur") == ({"meridian-partners", "alder-networks"},) * 2
    assert await look("meridian-partners") == ({"meridian-partners", "northwind-logistics"},) * 2
    assert await look("northwind-logistics") == ({"northwind-logistics"},) * 2


async def test_the_migration_says_of_rows_that_there_were_already_whether_they_are_partners(
    identity: IdentityHarness,
) -> None:
    """As the owner of the tables, to whom row security applies too."""
    await identity.init()
    robin = await identity.sign_in("robin@larkspur.example")
    await robin.post("partners", {"display_name": "Meridian", "address": ANA, "contact_name": "Ana"})
    await robin.post("customers", {"display_name": "Northwind"})
    migration = importlib.import_module("services.identity.migrations.versions.0003_partners")
    connection = await asyncpg.connect(identity.database.owner_url)
    await connection.execute("UPDATE customer_overview SET kind = 'customer'")
    owner = await connection.fetchval("SELECT tableowner FROM pg_tables WHERE tablename = 'customer_overview'")

    await connection.execute(f"SET ROLE {owner}")
    for statement in migration.FILL_IN:
        await connection.execute(statement)
    await connection.close()

    rows = await identity.sql("SELECT slug, kind FROM customer_overview ORDER BY slug")
    forced = await identity.sql("SELECT 1 FROM pg_class WHERE relname = 'customer_overview' AND relforcerowsecurity")
    assert [(row["slug"], row["kind"]) for row in rows] == [("meridian", "partner"), ("northwind", "customer")]
    assert len(forced) == 1
    assert await identity.problems() == []
