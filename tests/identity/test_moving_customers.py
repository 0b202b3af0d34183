"""A customer goes from one seller to another: what ends with the former one, and who sees what afterwards."""

import asyncio
from uuid import uuid4

import pytest

from services.identity.handlers import show_currency, show_mrr, show_service_counts
from shared.events.billing import BillGroupCreated
from tests.identity.moves import SUSPENDED, WHY, Moving, names, told
from tests.identity.portals import GroupPortal
from tests.identity.test_customers import counts, mrr

INVITED = {"address": "new@northwind.example", "display_name": "New", "role": "member"}


async def test_a_customer_goes_to_another_partner_once_its_admin_consents(moving: Moving) -> None:
    move_id = await moving.propose()
    here = await moving.story.jonas.get("moves/here")
    notice = (await moving.story.jonas.token())["proposed_seller"]
    before = await names(moving.story.ana), await names(moving.farah)

    assert await moving.consent(move_id) == (204, "")

    assert (here["move"]["from_company"], here["move"]["to_company"]) == ("Meridian Partners", "Alder Networks")
    assert (here["move"]["reason"], here["move"]["proposed_by"], here["move"]["company"]) == (
        WHY, "Robin", "Larkspur Cloud",
    )  # fmt: skip
    assert notice == "Alder Networks"
    assert before == (["Northwind Logistics"], [])
    assert (await names(moving.story.ana), await names(moving.farah)) == ([], ["Northwind Logistics"])
    assert (await moving.story.jonas.token())["proposed_seller"] is None
    assert (await moving.story.jonas.get("moves/here"))["move"] is None
    seen = await moving.story.robin.get(moving.below)
    assert (seen["seller"], seen["move"]["state"], seen["move"]["ended_by"]) == ("Alder Networks", "consented", "Admin")
    assert await moving.problems() == []


@pytest.mark.parametrize("first", ["provider", "partner"])
async def test_a_customer_goes_to_the_provider_and_from_it(moving: Moving, first: str) -> None:
    await moving.move(moving.larkspur)
    if first == "partner":
        await moving.move(moving.alder)

    holder = moving.story.robin if first == "provider" else moving.farah
    assert "Northwind Logistics" in await names(holder)
    assert await names(moving.story.ana) == []
    assert await moving.problems() == []


async def test_the_logs_of_all_three_say_it_and_no_partner_learns_of_the_other(moving: Moving) -> None:
    await moving.move()

    [proposed], [moved], [left], [joined] = [
        await moving.story.identity.events(name)
        for name in ("move_proposed", "workspace_moved", "customer_left", "customer_joined")
    ]
    assert (proposed["workspace_id"], proposed["actor"]["via"], proposed["reason"]) == (
        moving.story.northwind, "parent", WHY,
    )  # fmt: skip
    assert (moved["workspace_id"], moved["parent_workspace_id"]) == (moving.story.northwind, moving.alder)
    assert (moved["from_company"], moved["to_company"]) == ("Meridian Partners", "Alder Networks")
    assert (moved["actor"]["address"], moved["actor"]["via"]) == ("jonas@northwind.example", "self")
    assert (left["workspace_id"], joined["workspace_id"]) == (moving.meridian, moving.alder)
    assert left["parent_workspace_id"] == joined["parent_workspace_id"] == moving.larkspur
    assert "Alder" not in str(left)
    assert "Meridian" not in str(joined)
    assert left["actor"]["user_id"] is None


@pytest.mark.rule("D14", "D29")
async def test_links_and_work_on_behalf_of_the_former_partner_end_at_once(moving: Moving) -> None:
    story = moving.story
    await story.link_tom("admin")
    for person in (story.tom, story.ana):
        await person.post("on-behalf", {"workspace": "northwind-logistics"})
    tokens = [(await person.token())["access_token"] for person in (story.tom, story.ana)]
    await story.ana.post("invitations", INVITED)

    await moving.move()

    pages = [await person.token() for person in (story.tom, story.ana)]
    late = [await person.ask("GET", "users", token=token) for person, token in zip((story.tom, story.ana), tokens,
                                                                                    strict=True)]  # fmt: skip
    assert [page["workspace"]["slug"] for page in pages] == ["meridian-partners"] * 2
    assert [page["ended"]["reason"] for page in pages] == ["revoked"] * 2
    assert [answer.status_code for answer in late] == [403, 403]
    [revoked] = await story.identity.events("access_revoked")
    assert (revoked["moved"], revoked["reason"], revoked["parent_workspace_id"]) == (True, "revoked", moving.meridian)
    [invitation] = await story.identity.events("invitation_revoked")
    assert invitation["inviter_lost_access"]
    assert await moving.problems() == []


async def test_the_former_partner_neither_sees_nor_changes_anything_any_more(moving: Moving) -> None:
    story, northwind = moving.story, moving.story.northwind
    await story.link_tom()
    await moving.move()

    for method, path, body in (
        ("GET", f"customers/{northwind}", None),
        ("GET", f"suspensions/{northwind}", None),
        ("PUT", f"suspensions/{northwind}", SUSPENDED),
        ("PUT", f"customers/{northwind}/contact", {"address": "a@a.example", "display_name": "A"}),
        ("GET", f"access-rules/{northwind}", None),
        ("GET", f"links?customer_id={northwind}", None),
        ("GET", f"location-invitations/customers/{northwind}?location_id={uuid4()}", None),
        ("POST", "on-behalf", {"workspace": "northwind-logistics"}),
        ("POST", "links", {"customer_id": northwind, "user_id": str(await story.tom.user_id())}),
    ):
        assert (await story.ana.ask(method, path, body)).status_code == 404, path
    for path in ("links/all", "on-behalf/below"):
        answer = await story.ana.ask("GET", path)
        assert northwind not in answer.text
    assert await names(story.tom) == []
    assert (await story.robin.get(f"partners/{moving.meridian}/customers"))["items"] == []


async def test_the_new_partner_sees_and_enters_it_at_once(moving: Moving) -> None:
    await moving.move()

    await moving.farah.post("on-behalf", {"workspace": "northwind-logistics"})

    assert (await moving.farah.token())["workspace"]["slug"] == "northwind-logistics"
    assert [row["company"] for row in await moving.story.jonas.get("links/of-parent")] == ["Alder Networks"]
    assert (await moving.story.jonas.get("workspaces/seller"))["display_name"] != "Meridian Partners"
    assert await names(moving.story.robin, f"partners/{moving.alder}/customers") == ["Northwind Logistics"]


async def test_who_kept_admins_out_keeps_those_of_the_new_partner_out(moving: Moving) -> None:
    await moving.story.jonas.ask("PUT", "links/of-parent/admins", {"may_enter": False})
    move_id = await moving.propose()
    said = await moving.story.jonas.get("moves/here")
    await moving.consent(move_id)

    assert not said["gains_people"]
    assert await told(moving.farah, "POST", "on-behalf", {"workspace": "northwind-logistics"}) == (
        409, "admins-kept-out",
    )  # fmt: skip


async def test_the_totals_of_both_partners_follow(moving: Moving) -> None:
    story = moving.story
    group = BillGroupCreated(
        workspace_id=story.northwind, bill_group_id=uuid4(), display_name="Main", currency="EUR", is_default=True
    )
    await story.identity.hear(show_currency, group)
    await story.identity.hear(show_service_counts, counts(story.northwind, ports=3))
    await story.identity.hear(show_mrr, mrr(story.northwind, EUR=12_000))
    await story.link_tom()

    await moving.move()

    totals = [(await person.get("customers"))["totals"] for person in (story.ana, moving.farah)]
    assert [(each["customers"], each["ports"]) for each in totals] == [(0, 0), (1, 3)]
    rows = {row["slug"]: row for row in (await story.robin.get("partners"))["items"]}
    assert [rows[slug]["customers"]["value"] for slug in ("meridian-partners", "alder-networks")] == [0, 1]
    assert await moving.problems() == []


async def test_the_first_answer_counts(moving: Moving) -> None:
    for _ in range(4):
        move_id = await moving.propose()

        answers = await asyncio.gather(
            moving.consent(move_id),
            told(moving.story.jonas, "POST", f"moves/here/{move_id}/decline", {"reason": "No."}),
            told(moving.story.robin, "DELETE", moving.below),
        )

        assert [status for status, _ in answers].count(204) == 1, answers
        if "Northwind Logistics" in await names(moving.farah):
            await moving.move(moving.meridian)
    assert await moving.problems() == []


async def test_nobody_of_the_former_partner_gets_in_while_it_leaves(moving: Moving) -> None:
    """Whichever comes first: neither links nor work on behalf of the former partner are left."""
    story = moving.story
    tom = str(await story.tom.user_id())
    for _ in range(4):
        move_id = await moving.propose()

        statuses = await asyncio.gather(
            moving.consent(move_id),
            told(story.ana, "POST", "on-behalf", {"workspace": "northwind-logistics"}),
            told(story.ana, "POST", "links", {"customer_id": story.northwind, "user_id": tom}),
        )

        assert statuses[0] == (204, "")
        assert all(status < 500 for status, _ in statuses), statuses
        assert await story.identity.sql("SELECT 1 FROM grants WHERE source IN ('on_behalf', 'link')") == []
        assert await moving.problems() == []
        await moving.move(moving.meridian)


async def test_what_lets_the_former_partners_people_into_a_portal_ends_and_the_rest_stays(
    moving: Moving, portal: GroupPortal
) -> None:
    await portal.add("meridian.example")
    eva, tom = await portal.sign_in(), await portal.sign_in("tom@meridian.example")

    await moving.move()

    [removed] = await moving.story.identity.events("access_rule_removed")
    assert (removed["value"], removed["workspace_id"], removed["visitors"]) == (
        "meridian.example", moving.story.northwind, 1,
    )  # fmt: skip
    assert await portal.visitors() == [eva.address]
    assert (
        await moving.story.identity.http.post("/api/identity/tokens", json={"session": tom.session})
    ).status_code == 401
    assert not await portal.is_mailed("ana@meridian.example")
    assert [rule["value"] for rule in await moving.farah.get(portal.rules)] == ["northwind.example"]
    assert await moving.problems() == []
