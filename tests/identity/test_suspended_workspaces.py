"""Suspending a workspace from above: who may, what its people can still do, and what ends."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from tests.identity.harness import Person, Story, add_customer
from tests.identity.test_partners import add_partner

REASON = {"reason": "Two invoices are unpaid since March."}
SUSPENDED = "/problems/workspace-is-suspended"
INVITED = {"address": "new@northwind.example", "display_name": "New", "role": "member"}


def suspension(workspace_id: str) -> str:
    return f"suspensions/{workspace_id}"


async def suspend(person: Person, workspace_id: str) -> dict[str, Any]:
    answer = await person.ask("PUT", suspension(workspace_id), REASON)
    assert answer.is_success, answer.text
    return dict(answer.json())


async def meridian_of(story: Story) -> str:
    listed = (await story.robin.get("partners"))["items"]
    return next(str(each["id"]) for each in listed if each["slug"] == "meridian-partners")


async def type_of(person: Person, method: str, path: str, body: Any = None) -> tuple[int, str]:
    answer = await person.ask(method, path, body)
    return answer.status_code, answer.json().get("type", "") if answer.content else ""


async def test_a_partner_suspends_its_customer_whose_people_then_only_read(story: Story) -> None:
    said = await suspend(story.ana, story.northwind)

    page = await story.jonas.token()
    assert (said["display_name"], said["reason"], said["suspended_by"]) == (
        "Northwind Logistics", REASON["reason"], "Ana",
    )  # fmt: skip
    assert said["may_end"]
    assert page["suspension"]["reason"] == REASON["reason"]
    assert page["suspension"]["is_binding"]
    assert "user.invite" not in page["permissions"]
    assert {"user.list", "service.view", "money.view", "invoice.pay", "session.own"} <= page["permissions"].keys()
    assert await type_of(story.jonas, "POST", "invitations", INVITED) == (403, SUSPENDED)
    assert (await story.jonas.ask("GET", "users")).status_code == 200
    assert (await story.jonas.ask("PATCH", "me", {"display_name": "Jonas B."})).status_code == 200
    assert await story.identity.problems() == []


async def test_ending_a_suspension_gives_everything_back(story: Story) -> None:
    await suspend(story.ana, story.northwind)

    ended = await story.ana.ask("DELETE", suspension(story.northwind))

    page = await story.jonas.token()
    assert ended.status_code == 204
    assert (page["suspension"], "user.invite" in page["permissions"]) == (None, True)
    assert (await story.jonas.ask("POST", "invitations", INVITED)).is_success
    assert await story.identity.problems() == []


async def test_the_events_say_why_and_which_company_above_did_it(story: Story) -> None:
    await suspend(story.ana, story.northwind)
    await story.ana.ask("DELETE", suspension(story.northwind))

    [suspended] = await story.identity.events("workspace_suspended")
    [reinstated] = await story.identity.events("workspace_reinstated")

    assert (suspended["workspace_id"], suspended["suspended"], suspended["reason"]) == (
        story.northwind, True, REASON["reason"],
    )  # fmt: skip
    assert (suspended["suspended_by"], reinstated["reinstated_by"]) == ("Meridian Partners",) * 2
    assert (suspended["actor"]["address"], suspended["actor"]["via"]) == ("ana@meridian.example", "parent")
    assert not reinstated["suspended"]


async def test_it_is_shown_in_the_lists_of_whoever_is_above(story: Story) -> None:
    meridian = await meridian_of(story)
    await suspend(story.robin, meridian)
    await suspend(story.robin, story.northwind)

    [partner] = (await story.robin.get("partners"))["items"]
    [below] = (await story.robin.get(f"partners/{meridian}/customers"))["items"]
    [own] = (await story.ana.get("customers"))["items"]

    assert all(row["suspended_at"] for row in (partner, below, own))


@pytest.mark.rule("S01")
async def test_only_admins_above_may_and_to_others_it_is_as_unknown_as_a_random_one(story: Story) -> None:
    farah = await add_partner(story)
    alder = (await farah.get("workspaces/current"))["id"]
    await story.link_tom("admin")

    meridian = await meridian_of(story)
    for person, workspace in ((farah, alder), (farah, meridian), (farah, story.northwind), (story.ana, alder),
                              (story.ana, str(uuid4()))):  # fmt: skip
        for method, body in (("GET", None), ("PUT", REASON), ("DELETE", None)):
            assert await type_of(person, method, suspension(workspace), body) == (404, "/problems/not-found")
    assert (await story.tom.ask("PUT", suspension(story.northwind), REASON)).status_code == 403
    assert (await story.jonas.ask("PUT", suspension(story.northwind), REASON)).status_code == 403
    own = (await story.robin.get("workspaces/current"))["id"]
    assert (await story.robin.ask("PUT", suspension(own), REASON)).status_code == 404, "the provider has nobody above"


async def test_what_the_provider_suspended_a_partner_does_not_end_and_the_provider_ends_any(story: Story) -> None:
    await suspend(story.robin, story.northwind)
    by_partner = await type_of(story.ana, "DELETE", suspension(story.northwind))
    seen = await story.ana.get(suspension(story.northwind))
    by_provider = await story.robin.ask("DELETE", suspension(story.northwind))
    await suspend(story.ana, story.northwind)

    assert by_partner == (409, "/problems/suspended-from-above")
    assert (seen["may_end"], seen["suspended_by"]) == (False, "Robin")
    assert by_provider.status_code == 204
    assert (await story.robin.ask("DELETE", suspension(story.northwind))).status_code == 204


async def test_a_suspension_needs_a_reason_and_somebody_who_is_suspended(story: Story) -> None:
    waiting = (await story.ana.post("customers", {"display_name": "Waiting"}))["id"]

    answers = [
        await type_of(story.ana, "PUT", suspension(story.northwind), {"reason": " "}),
        await type_of(story.ana, "PUT", suspension(story.northwind), {"reason": "x" * 501}),
        await type_of(story.ana, "PUT", suspension(waiting), REASON),
        await type_of(story.ana, "DELETE", suspension(story.northwind)),
    ]
    await suspend(story.ana, story.northwind)
    again = await type_of(story.ana, "PUT", suspension(story.northwind), REASON)

    assert [status for status, _ in answers] == [422, 422, 409, 409]
    assert [kind for _, kind in answers[2:]] == ["/problems/nobody-to-suspend", "/problems/not-suspended"]
    assert again == (409, "/problems/suspended-already")


async def test_a_suspended_partner_changes_nothing_below_and_its_customers_go_on(story: Story) -> None:
    await suspend(story.robin, await meridian_of(story))

    refused = [
        await type_of(story.ana, "POST", "customers", {"display_name": "New"}),
        await type_of(story.ana, "POST", "on-behalf", {"workspace": "northwind-logistics"}),
        await type_of(story.ana, "PUT", suspension(story.northwind), REASON),
    ]

    assert refused == [(403, SUSPENDED)] * 3
    assert [row["id"] for row in (await story.ana.get("customers"))["items"]] == [story.northwind]
    assert (await story.jonas.token())["suspension"] is None
    assert (await story.jonas.ask("POST", "invitations", INVITED)).is_success


async def test_suspending_a_partner_ends_what_its_people_do_on_behalf_of_its_customers(story: Story) -> None:
    await story.ana.post("on-behalf", {"workspace": "northwind-logistics"})
    inside = (await story.ana.token())["workspace"]["slug"]

    await suspend(story.robin, await meridian_of(story))

    page = await story.ana.token()
    assert inside == "northwind-logistics"
    assert (page["workspace"]["slug"], page["ended"]["reason"]) == ("meridian-partners", "revoked")
    assert page["suspension"]["is_binding"]
    [ended] = await story.identity.events("on_behalf_ended")
    assert (ended["workspace_id"], ended["reason"]) == (story.northwind, "revoked")
    assert await story.identity.problems() == []


async def test_on_behalf_a_partner_only_reads_and_the_provider_acts(story: Story) -> None:
    own, jo = await add_customer(story.robin, "Larkspur's Own", "jo@own.example")
    await suspend(story.ana, story.northwind)
    await suspend(story.robin, own)

    await story.ana.post("on-behalf", {"workspace": "northwind-logistics"})
    await story.robin.post("on-behalf", {"workspace": "larkspur-s-own"})

    of_partner, of_provider = await story.ana.token(), await story.robin.token()
    assert (of_partner["suspension"]["is_binding"], of_provider["suspension"]["is_binding"]) == (True, False)
    assert "invoice.pay" not in of_partner["permissions"]
    assert "user.invite" in of_provider["permissions"]
    assert await type_of(story.ana, "POST", "invitations", INVITED) == (403, SUSPENDED)
    assert (await story.robin.ask("POST", "invitations", INVITED)).is_success
    assert await type_of(jo, "POST", "invitations", INVITED | {"address": "b@own.example"}) == (403, SUSPENDED)
    assert (await story.ana.ask("POST", "on-behalf/end")).status_code == 204


async def test_nobody_begins_to_work_on_behalf_while_their_workspace_is_being_suspended(story: Story) -> None:
    """Whichever comes first: nobody of a suspended partner is inside of a customer afterwards."""
    meridian = await meridian_of(story)
    for _ in range(5):
        await asyncio.gather(
            story.ana.ask("POST", "on-behalf", {"workspace": "northwind-logistics"}),
            story.robin.ask("PUT", suspension(meridian), REASON),
        )

        working = await story.identity.sql("SELECT 1 FROM grants WHERE source = 'on_behalf'")
        assert working == []
        await story.robin.ask("DELETE", suspension(meridian))
        await story.ana.ask("POST", "on-behalf/end")
    assert await story.identity.problems() == []
