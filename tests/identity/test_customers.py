"""The list of the Customers page: visibility, cells, sort order, and hide_inactive."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.identity.customers.overview import ROLES_WITHOUT_NUMBERS
from services.identity.customers.schemas import CustomersPage
from services.identity.handlers import show_currency, show_last_order, show_mrr, show_service_counts
from shared.events.billing import Amount, BillGroupCreated, MrrChanged
from shared.events.provisioning import OrderPlaced, ServiceCountsChanged
from tests.identity.harness import Story, add_customer

CELLS = ("mrr", "ports", "virtual_circuits", "cloud_connections", "last_activity_at", "last_order_at")


def order(workspace_id: str, at: datetime) -> OrderPlaced:
    return OrderPlaced(workspace_id=UUID(workspace_id), occurred_at=at, order_id=uuid4(), service_id=uuid4(),
                       product_id=uuid4(), product_name="Port", kind="port", plan_version_id=uuid4(),
                       quantity=1)  # fmt: skip


def mrr(workspace_id: str, version: int = 1, **amounts: int) -> MrrChanged:
    listed = [Amount(currency=currency, amount_minor=minor) for currency, minor in amounts.items()]
    return MrrChanged(workspace_id=UUID(workspace_id), subject_version=version, mrr=listed)


def counts(workspace_id: str, version: int = 1, **numbers: int) -> ServiceCountsChanged:
    given = {"ports": 0, "virtual_circuits": 0, "cloud_connections": 0} | numbers
    return ServiceCountsChanged(workspace_id=UUID(workspace_id), subject_version=version, **given)


async def fill(story: Story) -> None:
    """Northwind has numbers in all six cells."""
    await story.identity.hear(show_mrr, mrr(story.northwind, USD=45_000))
    await story.identity.hear(
        show_service_counts, counts(story.northwind, ports=2, virtual_circuits=3, cloud_connections=1)
    )
    await story.identity.hear(show_last_order, order(story.northwind, datetime.now(UTC)))


@pytest.mark.rule("P2")
async def test_only_customers_who_signed_up_are_listed_unless_the_others_are_asked_for(story: Story) -> None:
    await story.ana.post("customers", {"display_name": "Tidewater Labs"})

    listed, others = await story.ana.get("customers"), await story.ana.get("customers", status="not_connected")

    assert [row["display_name"] for row in listed["items"]] == ["Northwind Logistics"]
    assert [row["display_name"] for row in others["items"]] == ["Tidewater Labs"]


@pytest.mark.rule("P3", "P13")
async def test_admins_see_every_customer_and_others_those_they_are_linked_to(story: Story) -> None:
    await add_customer(story.ana, "Tidewater Labs", "kai@tidewater.example")
    before = (await story.tom.get("customers"))["items"]

    await story.link_tom()

    assert before == []
    assert [row["display_name"] for row in (await story.tom.get("customers"))["items"]] == ["Northwind Logistics"]
    assert len((await story.ana.get("customers"))["items"]) == 2


@pytest.mark.rule("P4", "P21", "D10")
async def test_support_sees_the_customer_and_nothing_in_its_cells(story: Story) -> None:
    await fill(story)
    await story.link_tom()

    page = await story.tom.get("customers")

    (row,) = page["items"]
    assert row["role"] == "support"
    assert {name: row[name] for name in CELLS} == {name: {"state": "hidden", "value": None} for name in CELLS}
    assert page["totals"] == {"customers": 1, "mrr": [], "ports": 0, "virtual_circuits": 0, "cloud_connections": 0}


@pytest.mark.rule("P5", "P7", "P8", "P9", "D10", "D29")
async def test_a_raised_role_sees_the_numbers_and_a_zero_is_a_value(story: Story) -> None:
    await story.link_tom()
    (empty,) = (await story.ana.get("customers"))["items"]
    await fill(story)

    (link,) = (await story.ana.get("links", customer_id=story.northwind))["items"]
    await story.ana.ask("PATCH", f"links/{link['id']}", {"role": "regular"})
    (row,) = (await story.tom.get("customers"))["items"]

    assert (empty["mrr"], empty["ports"]) == ({"state": "value", "value": []}, {"state": "value", "value": 0})
    assert row["mrr"]["value"] == [{"currency": "USD", "amount_minor": 45_000}]
    assert [row[name]["value"] for name in ("ports", "virtual_circuits", "cloud_connections")] == [2, 3, 1]


def test_the_roles_without_numbers_are_those_that_see_no_money() -> None:
    assert ROLES_WITHOUT_NUMBERS == ["support"]


@pytest.mark.rule("S04", "P21")
@pytest.mark.parametrize("sort", ["mrr", "ports", "last_activity", "last_order"])
@pytest.mark.parametrize("descending", [True, False])
async def test_what_support_may_not_see_does_not_show_in_the_order_nor_in_what_is_left_out(
    story: Story, sort: str, descending: bool
) -> None:
    other, _ = await add_customer(story.ana, "Tidewater Labs", "kai@tidewater.example")
    for customer in (story.northwind, other):
        user = {"customer_id": customer, "user_id": str(await story.tom.user_id())}
        await story.ana.post("links", user)
    asked: dict[str, Any] = {"sort": sort, "descending": descending, "hide_inactive": True}

    before = [row["id"] for row in (await story.tom.get("customers", **asked))["items"]]
    await fill(story)
    between = [row["id"] for row in (await story.tom.get("customers", **asked))["items"]]
    story.identity.move_clock(timedelta(days=90))
    page = await story.tom.get("customers", **asked)

    assert len(before) == 2
    assert before == between == [row["id"] for row in page["items"]]
    assert page["inactive_hidden"] == 0


@pytest.mark.rule("P10", "D7")
async def test_last_activity_is_of_the_customers_own_users_alone(story: Story) -> None:
    seen = (await story.northwind_seen_by(story.ana) or {})["last_activity_at"]["value"]
    story.identity.move_clock(timedelta(days=2))
    await story.ana.ask("POST", "on-behalf", {"workspace": "northwind-logistics"})
    await story.ana.open_page()
    await story.ana.ask("POST", "on-behalf/end")
    await story.jonas.token()
    after_ana = (await story.northwind_seen_by(story.ana) or {})["last_activity_at"]["value"]

    await story.jonas.open_page()
    after_jonas = (await story.northwind_seen_by(story.ana) or {})["last_activity_at"]["value"]

    assert seen is not None
    assert after_ana == seen, "not of who works on behalf, and not of an open tab"
    age = datetime.now(UTC) + timedelta(days=2) - datetime.fromisoformat(after_jonas)
    assert timedelta(0) <= age < timedelta(minutes=1)


@pytest.mark.rule("P11", "D7")
async def test_last_order_is_the_newest_of_anyone_in_any_order_of_arrival(story: Story) -> None:
    now = datetime.now(UTC)

    for age in (3, 1, 2):
        await story.identity.hear(show_last_order, order(story.northwind, now - timedelta(days=age)))

    row = await story.northwind_seen_by(story.ana) or {}
    assert datetime.fromisoformat(row["last_order_at"]["value"]) == now - timedelta(days=1)


async def test_an_older_state_never_replaces_a_newer_one(story: Story) -> None:
    for version, amount in ((2, 200), (1, 100), (2, 999)):
        await story.identity.hear(show_mrr, mrr(story.northwind, version, USD=amount))
        await story.identity.hear(show_service_counts, counts(story.northwind, version, ports=amount))

    row = await story.northwind_seen_by(story.ana) or {}
    assert (row["mrr"]["value"][0]["amount_minor"], row["ports"]["value"]) == (200, 200)


@pytest.mark.rule("P12", "D6")
async def test_each_of_the_three_conditions_alone_brings_a_dormant_customer_back(story: Story) -> None:
    identity, dormant = story.identity, story.northwind

    async def hidden() -> bool:
        page = await story.ana.get("customers", hide_inactive=True)
        assert page["inactive_hidden"] == (0 if page["items"] else 1)
        return not page["items"]

    async def put(**values: Any) -> None:
        sets = ", ".join(f"{name} = :{name}" for name in values)
        await identity.sql(f"UPDATE customer_overview SET {sets} WHERE workspace_id = '{dormant}'", **values)

    now = datetime.now(UTC)
    await put(last_activity_at=now - timedelta(days=31), last_order_at=None)
    assert await hidden()
    await put(last_activity_at=now - timedelta(days=29))
    assert not await hidden()
    await put(last_activity_at=None, last_order_at=now - timedelta(days=29))
    assert not await hidden()
    await put(last_order_at=now - timedelta(days=31))
    assert await hidden()
    await identity.hear(show_mrr, mrr(dormant, USD=0, EUR=1))
    assert not await hidden()
    await identity.hear(show_mrr, mrr(dormant, 2, USD=0, EUR=0))
    assert await hidden()


@pytest.mark.rule("S27")
@pytest.mark.parametrize("word", ["%", "_", "\\", "'", "nope%"])
async def test_wildcards_in_a_search_are_escaped(story: Story, word: str) -> None:
    page = await story.ana.get("customers", q=word)

    assert page["items"] == []
    assert len((await story.ana.get("customers", q="NORTH"))["items"]) == 1


@pytest.mark.rule("D10", "D20")
async def test_no_revenue_is_a_zero_of_the_currency_that_the_customer_is_billed_in(story: Story) -> None:
    opened = {"workspace_id": UUID(story.northwind), "bill_group_id": uuid4(), "display_name": "Default"}
    await story.identity.hear(show_currency, BillGroupCreated(**opened, currency="CHF", is_default=True))
    await story.identity.hear(show_currency, BillGroupCreated(**opened, currency="USD", is_default=False))

    page = await story.ana.get("customers")

    assert page["items"][0]["mrr"]["value"] == page["totals"]["mrr"] == [{"currency": "CHF", "amount_minor": 0}]


@pytest.mark.rule("D20")
async def test_totals_add_no_two_currencies(story: Story) -> None:
    other, _ = await add_customer(story.ana, "Tidewater Labs", "kai@tidewater.example")
    await story.identity.hear(show_mrr, mrr(story.northwind, USD=100, EUR=30))
    await story.identity.hear(show_mrr, mrr(other, EUR=5))

    page = await story.ana.get("customers")

    assert page["totals"]["mrr"] == [
        {"currency": "EUR", "amount_minor": 35},
        {"currency": "USD", "amount_minor": 100},
    ]
    assert (await story.ana.get("customers", totals=False))["totals"] is None


@pytest.mark.parametrize("cursor", ["x", "W10", "WyJub3QgYSBudW1iZXIiLCAiMCJd"])
async def test_a_cursor_of_something_else_is_refused(story: Story, cursor: str) -> None:
    answer = await story.ana.ask("GET", "customers", params={"cursor": cursor, "sort": "mrr"})

    assert answer.status_code == 422


async def test_the_list_fits_its_schema(story: Story) -> None:
    await fill(story)

    page = await story.ana.get("customers")

    assert CustomersPage.model_validate(page).model_dump(mode="json").keys() == page.keys()
    assert CustomersPage.model_validate(page).items[0].model_dump(mode="json").keys() == page["items"][0].keys()


@pytest.mark.rule("L6", "P1")
async def test_the_summary_counts_invitations_that_nobody_accepted_and_those_that_expire_soon(story: Story) -> None:
    for name in ("Tidewater Labs", "Halcyon Health", "Verdi Optics"):
        await story.ana.post("customers", {"display_name": name})
    sent = "UPDATE customer_overview SET invited_at = now(), invitation_expires_at = now() + interval '{} hours'"
    await story.identity.sql(f"{sent.format(100)} WHERE display_name = 'Tidewater Labs'")
    await story.identity.sql(f"{sent.format(47)} WHERE display_name = 'Halcyon Health'")

    ana, tom = await story.ana.get("customers/summary"), await story.tom.get("customers/summary")

    assert (ana["customers"], ana["invited"], ana["expiring"]) == (1, 2, 1)
    assert (tom["customers"], tom["invited"], tom["expiring"]) == (0, 0, 0)


@pytest.mark.rule("D10")
async def test_hidden_none_and_zero_are_three_answers(story: Story) -> None:
    """A new customer has zero of each and was never active; a support user is told neither."""
    await story.link_tom()

    [seen], [hidden] = [(await each.get("customers"))["items"] for each in (story.ana, story.tom)]

    assert (seen["ports"], seen["mrr"]["state"], seen["last_order_at"]) == (
        {"state": "value", "value": 0}, "value", {"state": "value", "value": None},
    )  # fmt: skip
    cells = ("mrr", "ports", "virtual_circuits", "cloud_connections", "last_activity_at", "last_order_at")
    assert [hidden[cell] for cell in cells] == [{"state": "hidden", "value": None}] * 6
