"""A customer that nobody has signed up for is renamed, and removed, by its parent."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.identity.handlers import copy_bill_group, show_last_order
from services.identity.jobs import release_former_urls
from shared.events.billing import BillGroupCreated, BillGroupUpdated
from shared.events.provisioning import OrderPlaced
from tests.identity.harness import ANA, Story, at_once
from tests.identity.test_ending_invitations import invited
from tests.identity.test_invitations import follow

KAI = "kai@tidewater.example"


async def added(story: Story, name: str = "Tidewater Labs") -> str:
    """The path of a new customer of Meridian."""
    return f"customers/{(await story.ana.post('customers', {'display_name': name}))['id']}"


async def counted(story: Story) -> tuple[int, list[str]]:
    """How many customers are not connected, by the totals, and their names."""
    page = await story.ana.get("customers", status="not_connected")
    return page["totals"]["customers"], [each["display_name"] for each in page["items"]]


async def found(story: Story, word: str) -> list[str]:
    page = await story.ana.get("customers", status="not_connected", q=word)
    return [each["display_name"] for each in page["items"]]


def kind(answer: Any) -> str:
    return str(answer.json()["type"]).rpartition("/")[2]


@pytest.mark.rule("P1", "L6")
async def test_a_customer_that_is_not_connected_gets_another_name_and_url(story: Story) -> None:
    ana, identity = story.ana, story.identity
    path = await added(story, "Tidewatr Labs")

    answer = await ana.ask("PATCH", path, {"display_name": "Tidewater Labs"})
    again = await ana.ask("PATCH", path, {"display_name": "Tidewater Labs"})
    await identity.work(release_former_urls)
    other = await ana.post("customers", {"display_name": "Tidewatr Labs"})

    assert (answer.status_code, again.status_code) == (200, 200)
    assert answer.json()["slug"] == "tidewater-labs"
    assert (await ana.get(path))["display_name"] == "Tidewater Labs"
    assert other["slug"] == "tidewatr-labs", "nobody had opened the former URL"
    assert await found(story, "Tidewater") == ["Tidewater Labs"]
    [said] = await identity.events("workspace_updated")
    assert (said["previous_display_name"], said["actor"]["via"], said["actor"]["address"]) == (
        "Tidewatr Labs", "parent", ANA,
    )  # fmt: skip
    assert await identity.problems() == []


@pytest.mark.rule("P1", "P2")
async def test_a_removed_customer_is_gone_everywhere_and_so_is_its_invitation(story: Story) -> None:
    ana, identity = story.ana, story.identity
    before = await counted(story)
    path, token = await invited(story, KAI)
    customer_id = path.partition("/")[2]
    await ana.post("links", {"customer_id": customer_id, "user_id": str(await story.tom.user_id())})
    with_it = await counted(story)

    removed = await ana.ask("DELETE", path)
    again = await ana.ask("DELETE", path)

    assert (removed.status_code, again.status_code) == (204, 404)
    assert (before[0] + 1, before) == (with_it[0], await counted(story))
    assert await found(story, "Tidewater") == []
    assert (await follow(identity, token)).status_code == 410
    asked = [
        await ana.ask("GET", path),
        await ana.ask("PATCH", path, {"display_name": "Other"}),
        await ana.ask("PUT", f"{path}/contact", {"address": KAI, "display_name": "Kai"}),
        await ana.ask("POST", f"{path}/invite", {"role": "admin"}),
        await ana.ask("GET", "links", params={"customer_id": customer_id}),
        await ana.ask("POST", "links", {"customer_id": customer_id, "user_id": str(await story.tom.user_id())}),
    ]
    assert {answer.status_code for answer in asked} == {404}
    assert customer_id not in str(await story.tom.get("customers", status="not_connected"))
    [said] = await identity.events("workspace_removed")
    assert (said["workspace_id"], said["display_name"], said["actor"]["via"]) == (
        customer_id, "Tidewater Labs", "parent",
    )  # fmt: skip
    of_it = [e["name"] for n in ("contact_removed", "access_revoked", "invitation_revoked") for e in
             await identity.events(n) if e["workspace_id"] == customer_id]  # fmt: skip
    assert of_it == ["identity.contact_removed", "identity.access_revoked", "identity.invitation_revoked"]
    await identity.work(release_former_urls)
    assert (await ana.post("customers", {"display_name": "Tidewater Labs"}))["slug"] == "tidewater-labs"
    assert await identity.problems() == []


@pytest.mark.rule("P1")
async def test_a_connected_customer_is_not_renamed_or_removed_by_its_parent(story: Story) -> None:
    path = f"customers/{story.northwind}"

    renamed = await story.ana.ask("PATCH", path, {"display_name": "Mine"})
    removed = await story.ana.ask("DELETE", path)

    assert [(each.status_code, kind(each)) for each in (renamed, removed)] == [(409, "customer-connected")] * 2
    assert await story.northwind_seen_by(story.ana) is not None


async def test_a_customer_of_somebody_else_is_not_there(story: Story) -> None:
    path = await added(story)

    answers = [
        await person.ask(method, path, body)
        for person in (story.robin, story.jonas)
        for method, body in (("PATCH", {"display_name": "Mine"}), ("DELETE", None))
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 403, 403]
    assert (await story.tom.ask("DELETE", path)).status_code == 403
    assert (await story.ana.ask("GET", path)).status_code == 200


def ordered(workspace_id: str, story: Story) -> OrderPlaced:
    return OrderPlaced(
        workspace_id=UUID(workspace_id), occurred_at=story.identity.runtime.clock.now(), order_id=uuid4(),
        service_id=uuid4(), product_id=uuid4(), product_name="Port", display_name="Port", kind="port",
        plan_version_id=uuid4(), quantity=1,
    )  # fmt: skip


def owing(workspace_id: str, story: Story) -> BillGroupUpdated:
    return BillGroupUpdated(
        workspace_id=UUID(workspace_id), occurred_at=story.identity.runtime.clock.now(), bill_group_id=uuid4(),
        display_name="Default", currency="EUR", is_default=True, is_closed=False, portal_on=True, paying_on=True,
        has_contract=False, owes=True, past_due=False, subject_version=2,
    )  # fmt: skip


@pytest.mark.parametrize(("handler", "made"), [(show_last_order, ordered), (copy_bill_group, owing)])
async def test_a_customer_with_orders_or_debts_stays(story: Story, handler: Any, made: Any) -> None:
    path = await added(story)
    await story.identity.hear(handler, made(path.partition("/")[2], story))

    answer = await story.ana.ask("DELETE", path)

    assert (answer.status_code, kind(answer)) == (409, "customer-in-use")
    assert (await story.ana.get(path))["display_name"] == "Tidewater Labs"


async def test_what_arrives_late_of_a_removed_customer_brings_nothing_back(story: Story) -> None:
    path = await added(story)
    customer_id = path.partition("/")[2]
    await story.ana.ask("DELETE", path)
    late = BillGroupCreated(
        workspace_id=UUID(customer_id), occurred_at=story.identity.runtime.clock.now(), bill_group_id=uuid4(),
        display_name="Default", currency="EUR", is_default=True,
    )  # fmt: skip

    await story.identity.hear(copy_bill_group, late)
    await story.identity.hear(show_last_order, ordered(customer_id, story))

    assert (await story.ana.ask("GET", path)).status_code == 404
    assert await story.identity.problems() == []


async def test_a_partner_with_customers_stays_and_one_without_goes(story: Story) -> None:
    robin = story.robin
    partner = {"display_name": "Alder Networks", "address": "lou@alder.example", "contact_name": "Lou"}
    path = f"customers/{(await robin.post('partners', partner))['id']}"
    customer = await added(story)
    move = "UPDATE {} SET parent_workspace_id = CAST(:partner AS uuid) WHERE workspace_id = CAST(:customer AS uuid)"
    ids = {"partner": path.partition("/")[2], "customer": customer.partition("/")[2]}
    for table in ("workspaces", "customer_overview"):
        await story.identity.sql(move.format(table), **ids)

    kept = await robin.ask("DELETE", path)
    back = ids | {"partner": str((await story.ana.token())["workspace"]["id"])}
    for table in ("workspaces", "customer_overview"):
        await story.identity.sql(move.format(table), **back)
    gone = await robin.ask("DELETE", path)

    assert (kept.status_code, kind(kept), gone.status_code) == (409, "partner-has-customers", 204)
    assert ids["partner"] not in str(await robin.get("partners"))
    assert await story.identity.problems() == []


@pytest.mark.parametrize("_", range(5))
async def test_of_removing_and_accepting_at_once_one_happens(story: Story, _: int) -> None:
    path, _token = await invited(story, KAI)
    token = (await story.ana.token())["access_token"]

    removed, accepted = await asyncio.gather(
        story.ana.ask("DELETE", path, token=token), story.identity.accept(KAI), return_exceptions=True
    )

    status = getattr(removed, "status_code", None)
    assert status in (204, 409)
    assert (status == 204) == isinstance(accepted, Exception)
    assert await story.identity.problems() == []


@pytest.mark.parametrize("_", range(5))
async def test_removing_and_what_else_a_parent_does_at_once_leave_nothing_behind(story: Story, _: int) -> None:
    path, _token = await invited(story, KAI)
    customer_id = path.partition("/")[2]
    link = {"customer_id": customer_id, "user_id": str(await story.tom.user_id())}

    await at_once(
        (story.ana, "DELETE", path, None),
        (story.ana, "POST", "links", link),
        (story.ana, "POST", f"{path}/invite", {"role": "admin"}),
        (story.ana, "PATCH", path, {"display_name": "Tidewater Laboratories"}),
        (story.ana, "PUT", f"{path}/contact", {"address": "lou@tidewater.example", "display_name": "Lou"}),
    )
    await story.ana.ask("DELETE", path)

    assert (await story.ana.ask("GET", path)).status_code == 404
    assert await story.identity.problems() == []
