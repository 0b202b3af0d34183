"""The two holders of an account: who they are, how one is replaced, and what nobody else can do."""

import asyncio

import pytest

from services.identity.jobs import ask_whether_holders_are_right, expire_holder_changes
from tests.identity.harness import ANA, JONAS, TOM, Story
from tests.identity.holders import EVA, MARA, Account, invite, make_account, told

SLOT = "holders/slots/{}"


@pytest.fixture
async def account(story: Story) -> Account:
    return await make_account(story)


@pytest.mark.rule("D1", "I11")
async def test_the_first_admin_becomes_the_primary_holder_of_every_kind_of_workspace(account: Account) -> None:
    story = account.story

    found = [(await person.get("holders"))["primary"] for person in (story.robin, story.ana, story.jonas)]

    assert [each["address"] for each in found] == ["robin@larkspur.example", ANA, JONAS]
    assert (await story.jonas.get("holders"))["alternate"] is None
    [granted] = [each for each in await story.identity.events("access_granted") if each["grant"]["holder"] and
                 each["workspace_id"] == story.northwind]  # fmt: skip
    assert granted["grant"]["holder"] == "primary"


@pytest.mark.rule("I9", "I10", "I11", "I16", "D1")
async def test_a_change_takes_effect_when_the_new_holder_confirms(account: Account) -> None:
    change_id = await account.propose("alternate", EVA)
    before = await account.of_both()
    [asked] = await account.eva.get("me/workspaces")

    assert await told(account.mara, "POST", f"holders/changes/{change_id}/confirm") == (404, "not-found")
    assert await told(account.eva, "POST", f"holders/changes/{change_id}/confirm") == (204, "")

    [held] = await account.eva.get("me/workspaces")
    assert [(each["asked_to_hold"], each["holder"]) for each in (asked, held)] == [(True, None), (False, "alternate")]
    assert before == (JONAS, None)
    assert await account.of_both() == (JONAS, EVA)
    assert (await account.eva.token())["roles"] == ["admin"]
    assert await told(account.eva, "POST", f"holders/changes/{change_id}/confirm") == (409, "holder-change-closed")
    [proposed] = await account.story.identity.events("holder_change_proposed")
    [changed] = await account.story.identity.events("holder_changed")
    jonas, eva = str(await account.jonas.user_id()), str(await account.eva.user_id())
    for event in (proposed, changed):
        assert (event["former_user_id"], event["new_user_id"], event["other_user_id"]) == (None, eva, jonas)
    assert changed["undo_until"] is None
    assert await account.story.identity.problems() == []


@pytest.mark.rule("I16", "D1")
async def test_only_a_holder_replaces_a_holder(account: Account) -> None:
    story = account.story
    await story.ana.post("on-behalf", {"workspace": "northwind-logistics"})

    for person in (account.mara, story.ana):
        assert await told(person, "PUT", SLOT.format("primary"), {"address": MARA}) == (403, "holders-only")
        assert await told(person, "PUT", "holders/control", {"holder_control": True}) == (403, "holders-only")
        assert await told(person, "POST", "holders/check") == (403, "holders-only")
    assert (await told(account.eva, "PUT", SLOT.format("primary"), {"address": EVA}))[0] == 403
    assert await account.of_both() == (JONAS, None)


@pytest.mark.rule("D1")
async def test_a_replaced_holder_can_undo_it_for_72_hours(account: Account) -> None:
    await account.change("alternate", EVA, account.eva)
    change_id = await account.change("primary", MARA, account.mara, by=account.eva)
    after = await account.of_both()
    mine = (await account.jonas.get("holders"))["changes"]

    undone = await told(account.jonas, "POST", f"holders/changes/{change_id}/undo")
    again = await told(account.jonas, "POST", f"holders/changes/{change_id}/undo")

    assert after == (MARA, EVA)
    assert [(each["id"], each["state"], each["former"]["address"]) for each in mine] == [
        (change_id, "effective", JONAS)
    ]
    assert (undone, again) == ((204, ""), (409, "holder-change-closed"))
    assert await account.of_both() == (JONAS, EVA)
    assert (await account.mara.token())["roles"] == ["admin"]
    [event] = await account.story.identity.events("holder_change_undone")
    assert event["former_user_id"] == str(await account.jonas.user_id())
    assert await account.story.identity.problems() == []


@pytest.mark.rule("D1")
async def test_after_72_hours_a_change_stays(account: Account) -> None:
    change_id = await account.change("primary", MARA, account.mara)
    await account.pass_time("undo_until", "72 hours")

    assert await told(account.jonas, "POST", f"holders/changes/{change_id}/undo") == (409, "holder-change-closed")
    assert (await account.jonas.get("holders"))["changes"] == []


@pytest.mark.rule("D1")
async def test_undoing_ends_what_the_new_holder_has_proposed_meanwhile(account: Account) -> None:
    change_id = await account.change("primary", MARA, account.mara)
    next_id = await account.propose("primary", EVA, by=account.mara)

    await account.jonas.post(f"holders/changes/{change_id}/undo")

    assert await told(account.eva, "POST", f"holders/changes/{next_id}/confirm") == (409, "holder-change-closed")
    assert await account.of_both() == (JONAS, None)


@pytest.mark.rule("D1")
async def test_a_chain_of_changes_takes_nobodys_right_to_undo_theirs(account: Account) -> None:
    first = await account.change("primary", MARA, account.mara)
    second = await account.change("primary", EVA, account.eva, by=account.mara)
    assert (await account.of_both())[0] == EVA

    assert await told(account.jonas, "POST", f"holders/changes/{first}/undo") == (204, "")

    assert await account.of_both() == (JONAS, None)
    assert await told(account.mara, "POST", f"holders/changes/{second}/undo") == (409, "holder-change-closed")
    assert (await account.jonas.get("holders"))["changes"] == []
    [event] = await account.story.identity.events("holder_change_undone")
    assert (event["change_id"], event["new_user_id"]) == (first, str(await account.eva.user_id()))
    assert await account.story.identity.problems() == []


@pytest.mark.rule("D1")
async def test_whoever_is_or_can_be_a_holder_again_cannot_be_removed(account: Account) -> None:
    jonas = await account.jonas.user_id()
    here = (await account.jonas.get("workspaces/current"))["id"]
    kept = [
        await told(account.mara, "DELETE", f"users/{jonas}"),
        await told(account.mara, "PATCH", f"users/{jonas}", {"role": "member"}),
        await told(account.jonas, "POST", f"me/workspaces/{here}/leave"),
    ]
    await account.change("primary", MARA, account.mara)
    kept += [await told(account.mara, "DELETE", f"users/{jonas}")]
    await account.pass_time("undo_until", "72 hours")

    assert kept == [(409, "holder-stays")] * 4
    assert await told(account.mara, "DELETE", f"users/{jonas}") == (204, "")


@pytest.mark.rule("I11")
async def test_the_holders_are_two_users_of_the_workspace(account: Account) -> None:
    path = SLOT.format("alternate")

    for address, refusal in ((JONAS, "is-a-holder"), (TOM, "not-a-user-here"), ("no@where.example", "not-a-user-here")):
        assert await told(account.jonas, "PUT", path, {"address": address}) == (409, refusal)
    assert (await told(account.jonas, "PUT", "holders/slots/third", {"address": EVA}))[0] == 422
    await account.propose("alternate", EVA)
    assert await told(account.jonas, "PUT", path, {"address": MARA}) == (409, "holder-change-open")


async def test_a_proposal_is_declined_withdrawn_or_expires(account: Account) -> None:
    declined = await account.propose("alternate", EVA)
    assert await told(account.eva, "POST", f"holders/changes/{declined}/decline") == (204, "")
    withdrawn = await account.propose("alternate", EVA)
    assert await told(account.mara, "POST", f"holders/changes/{withdrawn}/withdraw") == (403, "holders-only")
    assert await told(account.jonas, "POST", f"holders/changes/{withdrawn}/withdraw") == (204, "")
    expired = await account.propose("alternate", EVA)
    await account.pass_time("expires_at", "7 days")
    late = await told(account.eva, "POST", f"holders/changes/{expired}/confirm")

    assert await account.story.identity.work(expire_holder_changes) == 1

    ended = await account.story.identity.events("holder_change_ended")
    assert [(each["change_id"], each["reason"], each["was_proposed"]) for each in ended] == [
        (declined, "declined", True), (withdrawn, "withdrawn", True), (expired, "expired", True),
    ]  # fmt: skip
    assert late == (409, "holder-change-closed")
    assert await account.of_both() == (JONAS, None)


async def test_a_proposal_that_is_too_late_makes_room_for_another_one(account: Account) -> None:
    await account.propose("alternate", EVA)
    await account.pass_time("expires_at", "7 days")

    await account.change("alternate", MARA, account.mara)

    assert await account.of_both() == (JONAS, MARA)


async def test_a_few_changes_can_be_proposed_within_a_day(account: Account) -> None:
    for _ in range(10):
        change_id = await account.propose("alternate", EVA)
        await account.jonas.post(f"holders/changes/{change_id}/withdraw")

    answer = await told(account.jonas, "PUT", SLOT.format("alternate"), {"address": EVA})

    assert answer == (409, "too-many-holder-changes")


@pytest.mark.rule("D29")
async def test_of_concurrent_answers_exactly_one_counts(account: Account) -> None:
    change_id = await account.propose("alternate", EVA)
    tokens = [(await person.token())["access_token"] for person in (account.eva, account.jonas)]
    paths = [f"holders/changes/{change_id}/{each}" for each in ("confirm", "withdraw")]

    answers = await asyncio.gather(
        account.eva.ask("POST", paths[0], token=tokens[0]), account.jonas.ask("POST", paths[1], token=tokens[1])
    )

    assert sorted(answer.status_code for answer in answers) == [204, 409]
    assert (await account.of_both())[1] == (EVA if answers[0].status_code == 204 else None)


@pytest.mark.rule("I14", "I29", "D1")
async def test_what_is_left_to_the_holders_is_refused_to_everybody_else_at_every_door(account: Account) -> None:
    story, eva = account.story, await account.eva.user_id()
    await account.leave_to_holders()
    await story.link_tom("admin")
    for person in (story.tom, story.ana):
        await person.post("on-behalf", {"workspace": "northwind-logistics"})
    guest = {"address": "guest@elsewhere.example", "display_name": "Guest", "role": "member"}

    for person in (account.mara, story.tom, story.ana):
        refused = [
            await told(person, "POST", "invitations", guest),
            await told(person, "POST", "users/additional", {"address": TOM}),
            await told(person, "PATCH", f"users/{eva}", {"role": "admin"}),
            await told(person, "DELETE", f"users/{eva}"),
            await told(person, "PATCH", "workspace-settings", {"locale": "de-DE"}),
            await told(person, "POST", "contacts", {"kind": "admin", "address": "a@b.example", "display_name": "A"}),
            await told(person, "PUT", "holders/control", {"holder_control": False}),
        ]
        assert refused == [(403, "holders-only")] * len(refused)
    assert await told(account.jonas, "POST", "invitations", guest) == (201, "")
    assert await told(account.jonas, "PATCH", "workspace-settings", {"locale": "de-DE"}) == (200, "")


@pytest.mark.rule("D1")
async def test_without_holder_control_every_admin_may(account: Account) -> None:
    await account.leave_to_holders()
    await account.jonas.ask("PUT", "holders/control", {"holder_control": False})

    assert (await told(account.mara, "PATCH", "workspace-settings", {"locale": "de-DE"}))[0] == 200
    updates = await account.story.identity.events("workspace_updated")
    assert [each["holder_control"] for each in updates] == [True, False, False]


@pytest.mark.rule("I32")
async def test_the_holders_are_asked_once_a_year_whether_they_are_right(account: Account) -> None:
    identity = account.story.identity
    before = await identity.work(ask_whether_holders_are_right)
    await identity.sql(
        "UPDATE workspaces SET connected_at = connected_at - interval '366 days' WHERE kind = 'customer'"
    )
    due = (await account.jonas.get("holders"))["check_due"]
    told_by_token = [(await each.token())["holders_due"] for each in (account.jonas, account.mara)]

    asked = await identity.work(ask_whether_holders_are_right)
    again = await identity.work(ask_whether_holders_are_right)
    await account.jonas.post("holders/check")

    assert (before, due, asked, again) == (0, True, 1, 0)
    assert told_by_token == [True, False]
    assert (await account.jonas.token())["holders_due"] is False
    [event] = await identity.events("holders_check_due")
    assert (event["workspace_id"], event["holders"]) == (account.story.northwind, [str(await account.jonas.user_id())])
    assert (await account.jonas.get("holders"))["check_due"] is False
    assert len(await identity.events("holders_checked")) == 1
    await identity.sql("UPDATE workspaces SET holders_checked_at = holders_checked_at - interval '366 days',"
                       " holders_asked_at = holders_asked_at - interval '366 days'")  # fmt: skip
    assert await identity.work(ask_whether_holders_are_right) == 1


@pytest.mark.rule("I29")
async def test_partners_and_the_provider_have_holders_too(account: Account) -> None:
    story = account.story
    assert await told(story.ana, "PUT", SLOT.format("alternate"), {"address": TOM}) == (204, "")
    change_id = (await story.ana.get("holders"))["changes"][0]["id"]

    assert await told(story.tom, "POST", f"holders/changes/{change_id}/confirm") == (204, "")

    assert (await story.tom.token())["roles"] == ["admin"]
    assert (await story.ana.get("holders"))["alternate"]["address"] == TOM


async def test_somebody_on_behalf_answers_nothing_that_is_about_themselves(account: Account) -> None:
    story = account.story
    tom = await invite(story.jonas, TOM, "Tom", "member")
    change_id = await account.propose("alternate", TOM)
    await story.link_tom("admin")
    await story.tom.post("on-behalf", {"workspace": "northwind-logistics"})

    assert await told(story.tom, "POST", f"holders/changes/{change_id}/confirm") == (409, "only-in-person")
    await tom.post("sessions/switch", {"workspace": "northwind-logistics"})
    assert await told(tom, "POST", f"holders/changes/{change_id}/confirm") == (204, "")
