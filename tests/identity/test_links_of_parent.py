"""A workspace sees who of its parent may work on behalf of it, and ends it (P13, P14, D14)."""

import pytest

from tests.identity.harness import ANA, JONAS, TOM, Story, add_customer, at_once
from tests.identity.test_links_and_on_behalf import enter

OF_PARENT = "links/of-parent"


@pytest.mark.rule("P13", "P14")
async def test_a_customer_sees_who_of_its_parent_may_work_on_behalf_of_it(story: Story) -> None:
    link = await story.link_tom("regular")
    await add_customer(story.ana, "Tidewater Labs", "kai@tidewater.example")

    found = await story.jonas.get(OF_PARENT)

    told = [(each["user"]["address"], each["role"], each["link_id"], each["company"]) for each in found]
    assert told == [(ANA, "admin", None, "Meridian Partners"), (TOM, "regular", link["id"], "Meridian Partners")]
    assert [(each["user"]["display_name"], each["role"]) for each in await story.ana.get(OF_PARENT)] == [
        ("Robin", "admin")
    ]
    assert await story.robin.get(OF_PARENT) == [], "the provider has no parent"


@pytest.mark.rule("P13")
async def test_a_linked_user_who_becomes_an_admin_is_listed_by_that_role_alone(story: Story) -> None:
    await story.link_tom("support")
    await story.ana.ask("PATCH", f"users/{await story.tom.user_id()}", {"role": "admin"})

    assert [(each["role"], each["link_id"]) for each in await story.jonas.get(OF_PARENT)] == [("admin", None)] * 2


@pytest.mark.rule("P24", "D14")
async def test_a_customer_ends_the_access_of_its_parents_person_at_once(story: Story) -> None:
    link = await story.link_tom("admin")
    await enter(story.tom)
    inside = (await story.tom.token())["access_token"]
    await story.tom.post(
        "invitations", {"address": "guest@elsewhere.example", "display_name": "Guest", "role": "member"}
    )

    ended = await story.jonas.ask("DELETE", f"{OF_PARENT}/{link['id']}")
    again = await story.jonas.ask("DELETE", f"{OF_PARENT}/{link['id']}")

    assert (ended.status_code, again.status_code) == (204, 404)
    assert (await story.tom.ask("GET", "users", token=inside)).status_code in (401, 403)
    assert (await story.tom.token())["ended"]["workspace_display_name"] == "Northwind Logistics"
    assert (await enter(story.tom)).status_code == 404
    revoked = (await story.identity.events("access_revoked"))[-1]
    assert (revoked["workspace_id"], revoked["actor"]["address"], revoked["grant"]["source"]) == (
        story.northwind, JONAS, "link",
    )  # fmt: skip
    assert [each["state"] for each in (await story.jonas.get("invitations"))["items"]][:1] == ["revoked"]
    assert await story.identity.problems() == []


@pytest.mark.rule("D14")
async def test_only_an_admin_ends_access_and_only_to_the_own_workspace(story: Story) -> None:
    link = await story.link_tom("regular")
    _, kai = await add_customer(story.ana, "Tidewater Labs", "kai@tidewater.example")
    await story.jonas.post("invitations", {"address": "mara@northwind.example", "display_name": "M", "role": "regular"})
    mara = await story.identity.accept("mara@northwind.example")

    refused = [
        (await person.ask("DELETE", f"{OF_PARENT}/{link['id']}")).status_code for person in (mara, kai, story.ana)
    ]

    assert refused == [403, 404, 404]
    assert len(await mara.get(OF_PARENT)) == 2


async def test_parent_and_customer_end_the_same_access_at_once(story: Story) -> None:
    link = await story.link_tom("regular")

    statuses = await at_once(
        (story.ana, "DELETE", f"links/{link['id']}", None), (story.jonas, "DELETE", f"{OF_PARENT}/{link['id']}", None)
    )

    assert sorted(statuses) == [204, 404]
    assert await story.identity.problems() == []
