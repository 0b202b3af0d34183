"""*Add Additional User*: who has an account is in at once, who has none is asked to create one."""

import pytest

from tests.identity.harness import TOM, Story
from tests.identity.holders import told

ADD = "users/additional"


@pytest.mark.rule("I18", "I19", "I20", "D3")
async def test_who_has_an_account_is_a_user_at_once(story: Story) -> None:
    answer = await story.jonas.post(ADD, {"address": TOM.upper()})

    await story.tom.post("sessions/switch", {"workspace": "northwind-logistics"})
    assert (answer["added"]["address"], answer["added"]["role"]) == (TOM, "additional")
    assert (await story.tom.token())["roles"] == ["additional"]
    assert [each["door"] for each in await story.tom.get("me/workspaces")] == ["invitation", "added"]
    user = await story.jonas.get(f"users/{answer['added']['id']}")
    assert (user["door"], user["let_in_by"]) == ("added", "Admin")
    [event] = await story.identity.events("user_added")
    assert (event["workspace_id"], event["user_id"], event["role"]) == (
        story.northwind, answer["added"]["id"], "additional",
    )  # fmt: skip
    assert await told(story.jonas, "POST", ADD, {"address": TOM}) == (409, "already-member")


@pytest.mark.rule("I18")
async def test_partners_add_users_too(story: Story) -> None:
    answer = await story.ana.post(ADD, {"address": "jonas@northwind.example"})

    assert answer["added"]["role"] == "additional"


@pytest.mark.rule("I21")
async def test_who_has_no_account_is_notified_and_in_once_they_have_one(story: Story) -> None:
    nobody = await story.jonas.post(ADD, {"address": "new@elsewhere.example"})

    await story.jonas.post(
        "invitations", {"address": "new@elsewhere.example", "display_name": "Kim", "role": "additional"}
    )
    kim = await story.identity.accept("new@elsewhere.example")

    assert nobody == {"added": None}
    assert (await kim.token())["roles"] == ["additional"]
    [event] = await story.identity.events("account_not_found")
    assert (event["address_hint"], event["workspace_id"]) == ("n•••@elsewhere.example", story.northwind)
    assert "new@" not in str(event)


async def test_whether_people_have_an_account_is_told_a_few_times_a_day(story: Story) -> None:
    for number in range(20):
        await story.jonas.post(ADD, {"address": f"guess{number}@elsewhere.example"})
    late = await told(story.jonas, "POST", ADD, {"address": TOM})
    others = await told(story.ana, "POST", ADD, {"address": "jonas@northwind.example"})
    await story.identity.sql("UPDATE account_searches SET searched_at = searched_at - interval '1 day'")

    assert late == (409, "too-many-searches")
    assert others == (200, "")
    assert await told(story.jonas, "POST", ADD, {"address": TOM}) == (200, "")


@pytest.mark.rule("I25")
async def test_additional_users_change_neither_the_profile_nor_the_users(story: Story) -> None:
    await story.jonas.post(ADD, {"address": TOM})
    await story.tom.post("sessions/switch", {"workspace": "northwind-logistics"})
    jonas = await story.jonas.user_id()

    refused = [
        await told(story.tom, "PATCH", "workspace-settings", {"locale": "de-DE"}),
        await told(story.tom, "PATCH", f"users/{jonas}", {"role": "member"}),
        await told(story.tom, "DELETE", f"users/{jonas}"),
        await told(story.tom, "POST", ADD, {"address": "ana@meridian.example"}),
        await told(story.tom, "PUT", "holders/slots/primary", {"address": TOM}),
        await told(story.tom, "POST", "contacts", {"kind": "admin", "address": "a@b.example", "display_name": "A"}),
    ]

    assert [status for status, _ in refused] == [403] * 6
    assert len((await story.tom.get("users"))["items"]) == 2
