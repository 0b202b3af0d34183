"""Both sides see who may enter a workspace, and end it: links, the parent's admins (P13, P14, P22, D14, D29)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.identity.harness import ANA, TOM, Story, add_customer, at_once
from tests.identity.test_links_and_on_behalf import enter, problem

ADMINS = "links/of-parent/admins"
SOON = (datetime.now(UTC).date() + timedelta(days=5)).isoformat()


async def link_to(story: Story, customer: str, person: Any, **said: Any) -> dict[str, Any]:
    body = {"customer_id": customer, "user_id": str(await person.user_id())}
    linked: dict[str, Any] = await story.ana.post("links", body | said)
    return linked


async def two_people_with_links(story: Story) -> None:
    """Tom is linked to both customers, Eva to one of them."""
    tidewater, _ = await add_customer(story.ana, "Tidewater Labs", "kai@tidewater.example")
    await story.ana.post("invitations", {"address": "eva@meridian.example", "display_name": "Eva", "role": "regular"})
    eva = await story.identity.accept("eva@meridian.example")
    await link_to(story, story.northwind, story.tom)
    await link_to(story, tidewater, story.tom, role="regular", last_day=SOON)
    await link_to(story, tidewater, eva, role="read_only")


def shown(answer: Any) -> list[tuple[str, str, str, str | None]]:
    return [
        (each["user"]["display_name"], each["workspace"]["slug"], each["role"], each["last_day"])
        for each in answer["items"]
    ]


@pytest.mark.rule("P14", "P22")
async def test_a_partners_admins_see_who_may_enter_which_customer(story: Story) -> None:
    await two_people_with_links(story)
    tom = (await story.tom.token())["user"]["display_name"]

    found = await story.ana.get("links/all", sort="workspace", count=True)

    assert shown(found)[0] == (tom, "northwind-logistics", "support", None)
    assert sorted(shown(found)[1:]) == sorted(
        [("Eva", "tidewater-labs", "read_only", None), (tom, "tidewater-labs", "regular", SOON)]
    )
    assert (found["count"], found["next"]) == (3, None)
    assert (await story.robin.get("links/all"))["items"] == [], "links of the partner are none of the provider's"


@pytest.mark.rule("P22")
@pytest.mark.parametrize(
    ("asked", "number"),
    [({"q": "TIDE"}, 2), ({"q": "eva@"}, 1), ({"role": "support"}, 1), ({"q": "nobody"}, 0),
     ({"q": "tide", "role": "regular"}, 1)],
)  # fmt: skip
async def test_the_list_is_searched_and_filtered(story: Story, asked: dict[str, str], number: int) -> None:
    await two_people_with_links(story)

    assert len((await story.ana.get("links/all", **asked))["items"]) == number


@pytest.mark.parametrize("sort", ["person", "workspace", "role", "last_day"])
@pytest.mark.parametrize("descending", [False, True])
async def test_the_list_is_paged_in_every_order(story: Story, sort: str, descending: bool) -> None:
    await two_people_with_links(story)
    asked = {"sort": sort, "descending": descending}
    whole = shown(await story.ana.get("links/all", **asked))

    paged, cursor = [], ""
    while cursor is not None:
        page = await story.ana.get("links/all", **asked, limit=1, **({"cursor": cursor} if cursor else {}))
        paged += shown(page)
        cursor = page["next"]

    assert paged == whole
    assert len(whole) == 3
    wrong = await story.ana.ask("GET", "links/all", params={"sort": "person", "cursor": "x"})
    assert wrong.status_code == 422


@pytest.mark.rule("P13", "D14", "D29")
async def test_a_customer_keeps_its_sellers_admins_out(story: Story) -> None:
    await story.link_tom("regular")
    await enter(story.tom)
    await enter(story.ana)
    inside = (await story.ana.token())["access_token"]

    switched = await story.jonas.ask("PUT", ADMINS, {"may_enter": False})
    again = await enter(story.ana)

    assert (switched.status_code, switched.json()) == (200, {"may_enter": False})
    assert (again.status_code, problem(again)) == (409, "/problems/admins-kept-out")
    assert (await story.ana.ask("GET", "users", token=inside)).status_code in (401, 403)
    assert (await story.ana.token())["ended"]["workspace_display_name"] == "Northwind Logistics"
    assert (await story.ana.ask("GET", "destinations", params={"workspace": "northwind-logistics"})).status_code == 404
    assert (await story.tom.token())["via"] == "on_behalf", "a link admits as before"
    assert [each["user"]["address"] for each in await story.jonas.get("links/of-parent")] == [TOM]
    (told,) = await story.identity.events("parent_admins_switched")
    assert (told["workspace_id"], told["on"]) == (story.northwind, False)
    assert await story.identity.problems() == []


@pytest.mark.rule("P13")
async def test_it_lets_them_in_again(story: Story) -> None:
    await story.jonas.ask("PUT", ADMINS, {"may_enter": False})
    await story.jonas.ask("PUT", ADMINS, {"may_enter": False})
    assert await story.jonas.get(ADMINS) == {"may_enter": False}

    await story.jonas.ask("PUT", ADMINS, {"may_enter": True})

    assert (await enter(story.ana)).status_code == 200
    assert [each["user"]["address"] for each in await story.jonas.get("links/of-parent")] == [ANA]
    assert [each["on"] for each in await story.identity.events("parent_admins_switched")] == [False, True]
    assert await story.identity.problems() == []


@pytest.mark.rule("P13")
async def test_only_the_companys_own_admins_decide_it(story: Story) -> None:
    await story.link_tom("admin")
    await enter(story.tom)

    inside = await story.tom.ask("PUT", ADMINS, {"may_enter": False})
    of_provider = await story.robin.ask("PUT", ADMINS, {"may_enter": False})

    assert (inside.status_code, problem(inside)) == (409, "/problems/only-own-users")
    assert (of_provider.status_code, problem(of_provider)) == (409, "/problems/nobody-above")
    assert (await story.jonas.get(ADMINS))["may_enter"]


@pytest.mark.rule("P13")
async def test_a_kept_out_admin_who_has_a_link_enters_in_its_role(story: Story) -> None:
    link = await story.link_tom("support")
    await story.ana.ask("PATCH", f"users/{await story.tom.user_id()}", {"role": "admin"})
    await enter(story.tom)
    as_admin = (await story.tom.token())["roles"]

    await story.jonas.ask("PUT", ADMINS, {"may_enter": False})
    outside = (await story.tom.token())["via"]
    await enter(story.tom)

    assert (as_admin, outside, (await story.tom.token())["roles"]) == (["admin"], "self", ["support"])
    listed = {each["user"]["address"]: each["link_id"] for each in await story.jonas.get("links/of-parent")}
    assert listed == {TOM: link["id"]}
    await story.ana.ask("PATCH", f"links/{link['id']}", {"role": "regular"})
    assert (await story.tom.token())["roles"] == ["regular"]
    assert await story.identity.problems() == []


@pytest.mark.rule("D14")
async def test_nobody_is_left_inside_who_enters_while_they_are_kept_out(story: Story) -> None:
    for _ in range(5):
        await story.jonas.ask("PUT", ADMINS, {"may_enter": True})
        statuses = await at_once(
            (story.jonas, "PUT", ADMINS, {"may_enter": False}),
            (story.ana, "POST", "on-behalf", {"workspace": "northwind-logistics"}),
        )
        assert statuses[0] == 200
        assert statuses[1] in (200, 409)
        assert await story.identity.sql("SELECT id FROM grants WHERE source = 'on_behalf'") == []
    assert await story.identity.problems() == []


@pytest.mark.rule("P13", "P14")
async def test_lists_say_whom_a_customer_lets_in(story: Story) -> None:
    async def may_enter(person: Any) -> list[bool]:
        lists = [(await person.get("customers", **asked))["items"] for asked in ({}, {"q": "northwind"})]
        one = await person.get(f"customers/{story.northwind}")
        return [each["may_enter"] for each in (*lists[0], *lists[1], one)]

    assert await may_enter(story.ana) == [True] * 3

    await story.jonas.ask("PUT", ADMINS, {"may_enter": False})
    await link_to(story, story.northwind, story.tom)

    assert await may_enter(story.ana) == [False] * 3
    assert await may_enter(story.tom) == [True] * 3
    assert (await story.robin.get("partners"))["items"][0]["may_enter"]
    assert await story.identity.problems() == []

    tom = await story.tom.user_id()
    await story.identity.sql("UPDATE grants SET role = 'admin' WHERE user_id = :tom AND source = 'invitation'", tom=tom)
    assert await may_enter(story.tom) == [True] * 3, "an admin who has a link from before"


async def test_an_upgrade_finds_who_keeps_admins_out(story: Story) -> None:
    await story.jonas.ask("PUT", ADMINS, {"may_enter": False})

    await story.identity.database.downgrade("identity_0060")
    await story.identity.database.migrate()

    assert (await story.ana.get(f"customers/{story.northwind}"))["may_enter"] is False
    assert await story.identity.problems() == []
