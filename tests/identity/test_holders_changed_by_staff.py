"""Two of the provider's staff replace a holder together, where the holders themselves cannot."""

import pytest

from tests.identity.harness import JONAS, Story
from tests.identity.holders import MARA, WHY, Account, make_account, told

ASKED = {"address": MARA, "reason": WHY}


@pytest.fixture
async def account(story: Story) -> Account:
    return await make_account(story)


async def request(account: Account, slot: str = "primary") -> str:
    assert await told(account.story.robin, "PUT", f"{account.below}/slots/{slot}", ASKED) == (204, "")
    return await account.open_change(slot)


@pytest.mark.rule("D1", "I14")
async def test_two_of_the_staff_and_the_new_holder_are_needed(account: Account) -> None:
    story = account.story
    change_id = await request(account)
    seen_by_customer = (await account.jonas.get("holders"))["changes"]
    early = await told(account.mara, "POST", f"holders/changes/{change_id}/confirm")
    alone = await told(story.robin, "POST", f"{account.below}/changes/{change_id}/second")
    mails = await story.identity.events("holder_change_proposed")

    assert await told(account.lars, "POST", f"{account.below}/changes/{change_id}/second") == (204, "")
    assert await account.of_both() == (JONAS, None)
    assert await told(account.mara, "POST", f"holders/changes/{change_id}/confirm") == (204, "")

    assert seen_by_customer == mails == []
    assert early == (409, "holder-change-closed")
    assert alone == (409, "needs-another")
    assert await account.of_both() == (MARA, None)
    [requested] = await story.identity.events("holder_change_requested")
    [proposed] = await story.identity.events("holder_change_proposed")
    assert (requested["workspace_id"], requested["reason"], requested["actor"]["address"]) == (
        story.northwind, WHY, "robin@larkspur.example",
    )  # fmt: skip
    assert (proposed["by_provider"], proposed["reason"], proposed["actor"]["address"], proposed["actor"]["via"]) == (
        True, WHY, "lars@larkspur.example", "parent",
    )  # fmt: skip


@pytest.mark.rule("D1")
async def test_the_replaced_holder_can_undo_what_the_staff_did(account: Account) -> None:
    change_id = await request(account)
    await account.lars.post(f"{account.below}/changes/{change_id}/second")
    await account.mara.post(f"holders/changes/{change_id}/confirm")

    assert await told(account.jonas, "POST", f"holders/changes/{change_id}/undo") == (204, "")
    assert await account.of_both() == (JONAS, None)


async def test_a_holder_withdraws_what_the_staff_proposed_and_the_staff_only_their_own(account: Account) -> None:
    first = await request(account)
    await account.lars.post(f"{account.below}/changes/{first}/second")
    assert await told(account.jonas, "POST", f"holders/changes/{first}/withdraw") == (204, "")
    second = await request(account)
    assert await told(account.jonas, "POST", f"holders/changes/{second}/withdraw") == (409, "holder-change-closed")
    assert await told(account.lars, "POST", f"{account.below}/changes/{second}/withdraw") == (204, "")
    own = await account.propose("alternate", MARA)

    assert await told(account.story.robin, "POST", f"{account.below}/changes/{own}/withdraw") == (
        409, "holder-change-closed",
    )  # fmt: skip
    ended = await account.story.identity.events("holder_change_ended")
    assert [(each["was_proposed"], each["reason"]) for each in ended] == [(True, "withdrawn"), (False, "withdrawn")]


@pytest.mark.rule("S01")
async def test_nobody_else_does_it(account: Account) -> None:
    story, change_id = account.story, await request(account)
    paths = [
        ("GET", account.below, None),
        ("PUT", f"{account.below}/slots/alternate", ASKED),
        ("POST", f"{account.below}/changes/{change_id}/second", None),
        ("POST", f"{account.below}/changes/{change_id}/withdraw", None),
    ]
    for person in (story.ana, story.tom, account.jonas):
        assert [(await told(person, *each))[0] for each in paths] == [403] * 4
    larkspur = (await story.robin.get("workspaces/current"))["id"]
    assert await told(story.robin, "GET", f"holders/below/{larkspur}") == (404, "not-found")


async def test_there_is_nobody_to_replace_before_somebody_has_signed_up(account: Account) -> None:
    made = await account.story.robin.post("customers", {"display_name": "Tidewater Labs"})
    below = f"holders/below/{made['id']}"

    found = await account.story.robin.get(below)

    assert (found["connected"], found["primary"], found["alternate"]) == (False, None, None)
    assert await told(account.story.robin, "PUT", f"{below}/slots/primary", ASKED) == (409, "nobody-holds")
