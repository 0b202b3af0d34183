"""People of a parent workspace who work for its customers (P14 to P17, P22, P24 to P26, D11, D12, D14)."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from services.identity.jobs import end_sessions_of_nobody
from tests.identity.harness import ANA, JONAS, TOM, Story, add_customer


def problem(answer: Any) -> str:
    return str(answer.json()["type"])


async def enter(person: Any, slug: str = "northwind-logistics", **options: Any) -> Any:
    return await person.ask("POST", "on-behalf", {"workspace": slug}, **options)


@pytest.mark.rule("P14", "P15", "P16", "D3")
async def test_users_who_are_not_admins_are_offered_and_linked_in_support(story: Story) -> None:
    before = await story.ana.get("links/linkable", customer_id=story.northwind)

    link = await story.link_tom()

    assert [person["address"] for person in before["items"]] == [TOM], "not Ana, who is an admin"
    assert link["role"] == "support"
    assert (await story.ana.get("links", customer_id=story.northwind))["items"] == [link]
    assert (await story.ana.get("links/linkable", customer_id=story.northwind))["items"] == []


@pytest.mark.rule("P15")
async def test_an_admin_or_a_stranger_cannot_be_linked(story: Story) -> None:
    async def link(user_id: object) -> Any:
        return await story.ana.ask("POST", "links", {"customer_id": story.northwind, "user_id": str(user_id)})

    admin = await link(await story.ana.user_id())
    stranger, unknown = await link(await story.jonas.user_id()), await link(uuid4())

    assert (admin.status_code, problem(admin)) == (409, "/problems/admins-need-no-link")
    assert stranger.status_code == 404
    assert stranger.json() == unknown.json(), "whether somebody exists elsewhere is nobody's business"


@pytest.mark.rule("P14")
async def test_linking_twice_is_refused_even_concurrently(story: Story) -> None:
    body = {"customer_id": story.northwind, "user_id": str(await story.tom.user_id())}
    token = (await story.ana.token())["access_token"]

    answers = await asyncio.gather(*(story.ana.ask("POST", "links", body, token=token) for _ in range(5)))

    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 4
    assert await story.identity.problems() == []


@pytest.mark.rule("P17", "P22", "D29")
async def test_a_links_role_holds_for_its_customer_alone_and_without_signing_in_again(story: Story) -> None:
    await story.link_tom("regular")
    other, _ = await add_customer(story.ana, "Tidewater Labs", "kai@tidewater.example")
    await story.ana.post("links", {"customer_id": other, "user_id": str(await story.tom.user_id())})

    await enter(story.tom)
    here = await story.tom.token()
    await story.tom.ask("POST", "on-behalf/end")
    await enter(story.tom, "tidewater-labs")
    there = await story.tom.token()
    await story.tom.ask("POST", "on-behalf/end")

    assert (here["roles"], there["roles"]) == (["regular"], ["support"])
    assert "service.order" in here["permissions"]
    assert "service.order" not in there["permissions"]
    assert (await story.tom.token())["roles"] == ["regular"], "at home"


@pytest.mark.rule("P25", "D11")
async def test_working_on_behalf_is_under_the_links_role_and_filed_with_the_customer(story: Story) -> None:
    await story.link_tom("regular")

    entered = await enter(story.tom)
    here = await story.tom.token()
    await story.tom.ask("POST", "on-behalf/end")

    assert entered.json()["workspace"]["slug"] == "northwind-logistics"
    assert (here["via"], here["workspace"]["id"], here["home_workspace"]["slug"]) == (
        "on_behalf", story.northwind, "meridian-partners",
    )  # fmt: skip
    assert [w["slug"] for w in here["workspaces"]] == ["meridian-partners"], "a customer entered is none to switch to"
    for name in ("on_behalf_started", "on_behalf_ended"):
        (event,) = await story.identity.events(name)
        assert event["workspace_id"] == story.northwind
        assert (event["actor"]["address"], event["actor"]["via"]) == (TOM, "on_behalf")
    assert (await story.tom.token())["workspace"]["slug"] == "meridian-partners"


@pytest.mark.rule("P25")
async def test_an_admin_of_the_parent_enters_as_an_admin(story: Story) -> None:
    await enter(story.ana)

    here = await story.ana.token()

    assert (here["via"], here["roles"]) == ("on_behalf", ["admin"])
    assert {user["address"] for user in (await story.ana.get("users"))["items"]} == {JONAS}, "she is no user of it"


@pytest.mark.rule("P3")
async def test_who_is_not_linked_cannot_enter_and_learns_nothing(story: Story) -> None:
    known, unknown = await enter(story.tom), await enter(story.tom, "no-such-customer")

    assert known.status_code == unknown.status_code == 404
    assert known.json() == unknown.json()


@pytest.mark.rule("P2")
async def test_a_customer_that_nobody_signed_up_for_cannot_be_entered(story: Story) -> None:
    await story.ana.post("customers", {"display_name": "Tidewater Labs"})

    answer = await enter(story.ana, "tidewater-labs")

    assert (answer.status_code, problem(answer)) == (409, "/problems/customer-not-connected")


@pytest.mark.rule("P26", "D12")
async def test_opening_another_customer_replaces_the_one_that_is_open(story: Story) -> None:
    await add_customer(story.ana, "Tidewater Labs", "kai@tidewater.example")
    of_home = (await story.ana.token())["access_token"]
    await enter(story.ana, token=of_home)
    of_northwind = (await story.ana.token())["access_token"]

    await enter(story.ana, "tidewater-labs", token=of_home)
    stale = await story.ana.ask("GET", "users", token=of_northwind)

    assert (await story.ana.token())["workspace"]["slug"] == "tidewater-labs"
    assert stale.status_code == 403, "the page left open on the other one"
    assert [event["reason"] for event in await story.identity.events("on_behalf_ended")] == ["replaced"]
    assert len(await story.identity.sql("SELECT id FROM grants WHERE source = 'on_behalf'")) == 1
    assert await story.identity.problems() == []


@pytest.mark.rule("D12")
async def test_entering_concurrently_leaves_one_open(story: Story) -> None:
    await add_customer(story.ana, "Tidewater Labs", "kai@tidewater.example")
    of_home = (await story.ana.token())["access_token"]
    slugs = ["northwind-logistics", "tidewater-labs"] * 4

    answers = await asyncio.gather(*(enter(story.ana, slug, token=of_home) for slug in slugs))

    assert {answer.status_code for answer in answers} == {200}
    assert len(await story.identity.sql("SELECT id FROM grants WHERE source = 'on_behalf'")) == 1
    assert await story.identity.problems() == []


@pytest.mark.rule("P25")
async def test_work_on_behalf_cannot_start_from_work_on_behalf(story: Story) -> None:
    await enter(story.robin, "meridian-partners")

    answer = await enter(story.robin)

    assert (answer.status_code, problem(answer)) == (409, "/problems/already-on-behalf")


@pytest.mark.rule("P24", "D14", "D29")
async def test_unlinking_ends_what_is_open_at_once_and_says_why_until_it_was_shown(story: Story) -> None:
    link = await story.link_tom("regular")
    await enter(story.tom)
    open_page = (await story.tom.token())["access_token"]
    assert (await story.tom.ask("GET", "users", token=open_page)).status_code == 200

    gone = await story.ana.ask("DELETE", f"links/{link['id']}")
    click = await story.tom.ask("GET", "users", token=open_page)
    asked_by_a_script, shown, after = await story.tom.token(), await story.tom.open_page(), await story.tom.token()

    assert (gone.status_code, click.status_code) == (204, 403)
    assert asked_by_a_script["ended"] == {"reason": "revoked", "workspace_display_name": "Northwind Logistics"}
    assert shown["ended"] == asked_by_a_script["ended"]
    assert (shown["workspace"]["slug"], after["ended"]) == ("meridian-partners", None)
    assert await story.northwind_seen_by(story.tom) is None
    (ended,) = await story.identity.events("on_behalf_ended")
    assert (ended["reason"], ended["actor"]["address"], ended["actor"]["via"]) == ("revoked", ANA, "parent")
    assert await story.identity.problems() == []


@pytest.mark.rule("P17", "D29")
async def test_a_changed_role_reaches_the_work_that_is_open(story: Story) -> None:
    link = await story.link_tom("regular")
    await enter(story.tom)

    await story.ana.ask("PATCH", f"links/{link['id']}", {"role": "read_only"})

    assert (await story.tom.token())["roles"] == ["read_only"]


@pytest.mark.rule("D14")
async def test_an_admin_who_is_demoted_leaves_the_customers_entered_as_an_admin(story: Story) -> None:
    await story.ana.ask("PATCH", f"users/{await story.tom.user_id()}", {"role": "admin"})
    await enter(story.tom)
    assert (await story.tom.token())["roles"] == ["admin"]

    await story.ana.ask("PATCH", f"users/{await story.tom.user_id()}", {"role": "regular"})

    here = await story.tom.token()
    assert (here["workspace"]["slug"], here["ended"]["reason"]) == ("meridian-partners", "revoked")
    assert await story.identity.problems() == []


@pytest.mark.rule("D14")
async def test_a_user_who_is_removed_loses_the_links_too(story: Story) -> None:
    await story.link_tom("regular")
    await enter(story.tom)

    gone = await story.ana.ask("DELETE", f"users/{await story.tom.user_id()}")
    answer = await story.identity.http.post("/api/identity/tokens", json={"session": story.tom.session})

    assert gone.status_code == 204
    assert answer.status_code == 401, "he belongs nowhere any more"
    assert await story.identity.sql("SELECT id FROM grants WHERE source IN ('link', 'on_behalf')") == []
    assert await story.identity.work(end_sessions_of_nobody) == 1
    assert [event["reason"] for event in await story.identity.events("session_ended")] == ["revoked"]
    assert await story.identity.problems() == []


@pytest.mark.rule("P30", "P31", "D11")
async def test_nothing_that_concerns_the_customer_is_filed_with_the_partner(story: Story) -> None:
    before = len(await story.identity.database.events())
    link = await story.link_tom("regular")
    await enter(story.tom)
    await story.tom.ask("POST", "on-behalf/end")
    await story.ana.ask("DELETE", f"links/{link['id']}")

    since: list[Any] = (await story.identity.database.events())[before:]

    assert len(since) == 5
    assert {event["workspace_id"] for event in since} == {story.northwind}
    assert [event["actor"]["via"] for event in since] == ["parent", "parent", "on_behalf", "on_behalf", "parent"]


@pytest.mark.rule("S19", "P18")
async def test_nobody_but_an_admin_links_or_changes_links(story: Story) -> None:
    link = await story.link_tom("regular")

    answers = [
        await story.tom.ask("GET", "links", params={"customer_id": story.northwind}),
        await story.tom.ask("PATCH", f"links/{link['id']}", {"role": "admin"}),
        await story.tom.ask("DELETE", f"links/{link['id']}"),
    ]

    assert {answer.status_code for answer in answers} == {403}
