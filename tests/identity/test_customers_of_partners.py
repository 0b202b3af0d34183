"""What the provider's staff read of the customers of a partner, and who else does not."""

from datetime import UTC, datetime
from typing import Any, get_args
from uuid import uuid4

import pytest

from services.identity.customers.schemas import CustomerSort, CustomersPage
from services.identity.handlers import show_last_order, show_mrr, show_service_counts
from tests.identity.harness import Person, Story, add_customer
from tests.identity.test_customers import CELLS, counts, mrr, order
from tests.identity.test_partners import add_partner

HIDDEN = {"state": "hidden", "value": None}


async def partner_id(story: Story, slug: str = "meridian-partners") -> str:
    listed = (await story.robin.get("partners"))["items"]
    return next(str(each["id"]) for each in listed if each["slug"] == slug)


async def two_partners(story: Story) -> Person:
    """Alder, whose customer Birch has numbers, beside Meridian, whose customer Northwind has others."""
    farah = await add_partner(story)
    birch, _ = await add_customer(farah, "Birch Bakery", "bo@birch.example")
    await story.identity.hear(show_mrr, mrr(birch, EUR=700))
    await story.identity.hear(show_mrr, mrr(story.northwind, USD=45_000))
    await story.identity.hear(show_service_counts, counts(story.northwind, ports=2, virtual_circuits=3))
    await story.identity.hear(show_last_order, order(story.northwind, datetime.now(UTC)))
    return farah


async def lou(story: Story, role: str) -> Person:
    """Somebody of the provider who is no admin, linked to Meridian."""
    await story.robin.post("invitations", {"address": "lou@larkspur.example", "display_name": "Lou", "role": "regular"})
    person = await story.identity.accept("lou@larkspur.example")
    linked = {"customer_id": await partner_id(story), "user_id": str(await person.user_id())}
    link = await story.robin.post("links", linked)
    await story.robin.ask("PATCH", f"links/{link['id']}", {"role": role})
    return person


@pytest.mark.rule("S01")
async def test_the_provider_reads_the_customers_of_each_partner_as_the_partner_does(story: Story) -> None:
    farah = await two_partners(story)
    await story.ana.post("customers", {"display_name": "Waiting Below Meridian"})
    read = f"partners/{await partner_id(story)}/customers"

    page, waiting = await story.robin.get(read), await story.robin.get(read, status="not_connected")
    others = await story.robin.get(f"partners/{await partner_id(story, 'alder-networks')}/customers")

    [northwind] = page["items"]
    [own] = (await story.ana.get("customers"))["items"]
    assert northwind == own | {"role": "read_only", "may_enter": False, "contact": None}
    assert page["totals"] == (await story.ana.get("customers"))["totals"]
    assert [row["display_name"] for row in waiting["items"]] == ["Waiting Below Meridian"]
    assert [row["display_name"] for row in others["items"]] == ["Birch Bakery"]
    assert others["totals"] == (await farah.get("customers"))["totals"]
    assert CustomersPage.model_validate(page).items[0].status == "connected"


@pytest.mark.rule("S01")
async def test_nobody_but_the_providers_staff_reads_them(story: Story) -> None:
    farah = await two_partners(story)
    meridian = await partner_id(story)
    await story.link_tom("admin")
    unlinked = "sam@larkspur.example"
    await story.robin.post("invitations", {"address": unlinked, "display_name": "Sam", "role": "regular"})
    sam = await story.identity.accept(unlinked)

    async def asked(person: Person, partner: str) -> tuple[int, Any]:
        answer = await person.ask("GET", f"partners/{partner}/customers")
        return answer.status_code, answer.json()["detail"]

    for person in (farah, story.ana, story.tom, sam):
        assert await asked(person, meridian) == await asked(person, str(uuid4()))
        assert (await asked(person, meridian))[0] == 404, "as unknown as a random one"
    assert (await asked(story.robin, story.northwind))[0] == 404, "a customer is no partner"
    assert (await story.jonas.ask("GET", f"partners/{meridian}/customers")).status_code == 403


@pytest.mark.rule("S01")
async def test_work_on_behalf_of_a_partner_shows_that_partners_customers_alone(story: Story) -> None:
    await two_partners(story)
    alder = await partner_id(story, "alder-networks")

    await story.robin.post("on-behalf", {"workspace": "meridian-partners"})

    listed = (await story.robin.get("customers"))["items"]
    assert [row["display_name"] for row in listed] == ["Northwind Logistics"]
    assert (await story.robin.ask("GET", f"partners/{alder}/customers")).status_code == 404


@pytest.mark.rule("D10", "P21", "S01")
async def test_a_role_that_hides_a_partners_numbers_hides_those_of_its_customers_and_their_order(story: Story) -> None:
    await two_partners(story)
    tidewater, _ = await add_customer(story.ana, "Tidewater Labs", "kai@tidewater.example")
    await story.identity.hear(show_mrr, mrr(tidewater, USD=1))
    support = await lou(story, "support")
    read = f"partners/{await partner_id(story)}/customers"

    pages = [await support.get(read, sort=sort, descending=True, hide_inactive=True) for sort in get_args(CustomerSort)]

    for page in pages:
        assert [row["display_name"] for row in page["items"]] == ["Northwind Logistics", "Tidewater Labs"]
        assert all(row[name] == HIDDEN for row in page["items"] for name in CELLS)
        assert (page["totals"], page["inactive_hidden"]) == (None, 0)
        assert {row["role"] for row in page["items"]} == {"support"}


@pytest.mark.rule("D10", "S01")
async def test_somebody_who_is_linked_with_a_role_that_sees_numbers_sees_them(story: Story) -> None:
    await two_partners(story)
    regular = await lou(story, "regular")
    read = f"partners/{await partner_id(story)}/customers"

    page = await regular.get(read, sort="mrr", descending=True)

    assert [row["mrr"]["value"] for row in page["items"]] == [[{"currency": "USD", "amount_minor": 45_000}]]
    assert page["totals"]["customers"] == 1


@pytest.mark.parametrize("sort", get_args(CustomerSort))
async def test_its_pages_together_are_all_of_them_in_any_order(story: Story, sort: str) -> None:
    for n in range(3):
        customer, _ = await add_customer(story.ana, f"Customer {n}", f"c{n}@customers.example")
        await story.identity.hear(show_mrr, mrr(customer, EUR=n))
    walked, cursor, read = list[str](), None, f"partners/{await partner_id(story)}/customers"

    while True:
        page = await story.robin.get(read, sort=sort, limit=1, **({"cursor": cursor} if cursor else {}))
        walked += [row["id"] for row in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break

    whole = await story.ana.get("customers", sort=sort)
    assert walked == [row["id"] for row in whole["items"]]
    assert len(walked) == 4


async def test_a_search_finds_customers_of_that_partner_alone(story: Story) -> None:
    await two_partners(story)
    read = f"partners/{await partner_id(story)}/customers"

    found, none = await story.robin.get(read, q="north"), await story.robin.get(read, q="birch")

    assert [row["display_name"] for row in found["items"]] == ["Northwind Logistics"]
    assert (none["items"], none["totals"]["customers"]) == ([], 0)
