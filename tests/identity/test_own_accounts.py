"""What waits for a person in all of their workspaces (I1)."""

from typing import Any

import pytest

from tests.identity.harness import Person, Story, invite


async def accounts(person: Person) -> dict[str, dict[str, Any]]:
    return {each["workspace_id"]: each for each in await person.get("own-accounts")}


@pytest.mark.rule("I1", "K16")
async def test_each_account_says_who_asks_for_access_to_whom_decides_that(story: Story) -> None:
    eva = await invite(story.jonas, "eva@quarry.example", "Eva", "member")
    await story.tom.post("access-requests", {"workspace": "northwind-logistics", "message": ""})
    await invite(story.ana, "eva@quarry.example", "Eva", "admin")

    of_jonas, of_eva = await accounts(story.jonas), await accounts(eva)

    assert of_jonas == {
        story.northwind: {
            "workspace_id": story.northwind,
            "access_requests": 1,
            "holders_check_due": False,
            "suspended": False,
        }
    }
    assert sorted((each["access_requests"] or 0, each["access_requests"] is None) for each in of_eva.values()) == [
        (0, False),
        (0, True),
    ]


@pytest.mark.rule("I1", "I32")
async def test_the_yearly_question_about_the_holders_is_for_holders(story: Story) -> None:
    await invite(story.jonas, "eva@quarry.example", "Eva", "admin")
    await story.identity.sql(
        "UPDATE workspaces SET connected_at = now() - interval '366 days' WHERE workspace_id = :w", w=story.northwind
    )
    eva = await story.identity.sign_in("eva@quarry.example")

    of_jonas, of_eva = await accounts(story.jonas), await accounts(eva)

    assert of_jonas[story.northwind]["holders_check_due"] is True
    assert of_eva[story.northwind]["holders_check_due"] is False


@pytest.mark.rule("I1", "P26")
async def test_who_works_on_behalf_has_no_accounts_there(story: Story) -> None:
    await story.link_tom()
    await story.tom.post("on-behalf", {"workspace": "northwind-logistics"})

    assert await accounts(story.tom) == {}
