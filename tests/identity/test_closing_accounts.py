"""A holder closes the account of their company: in 30 days, unless a holder keeps it; then for good."""

import asyncio
from typing import Any

import pytest

from services.identity.jobs import close_accounts, erase_people, tell_of_closing_accounts
from tests.identity.harness import TOM, Person, Story, add_customer, at_once, told
from tests.identity.holders import MARA, Account, make_account
from tests.identity.moves import SUSPENDED, make_moving
from tests.identity.test_partners import add_partner

OWN, ASK, KEEP = "closings/own", "closings", "closings/own/keep"
NEW = {"address": "new@northwind.example", "display_name": "New", "role": "member"}


async def number(person: Person) -> dict[str, str]:
    return {"account_number": (await person.get("workspaces/current"))["account_number"]}


async def ask(person: Person) -> dict[str, Any]:
    return dict(await person.post(ASK, await number(person)))


async def make_due(story: Story) -> None:
    await story.identity.sql(
        "UPDATE workspaces SET closing_asked_at = closing_asked_at - interval '31 days',"
        " closes_at = closes_at - interval '31 days' WHERE closed_at IS NULL"
    )
    await story.identity.sql(
        "UPDATE customer_overview SET closes_at = closes_at - interval '31 days' WHERE closed_at IS NULL"
    )


async def close(story: Story, person: Person) -> None:
    await ask(person)
    await make_due(story)
    assert await story.identity.work(close_accounts) == 1


async def make_stale(story: Story) -> None:
    """All sign-ins are sixteen minutes old."""
    await story.identity.sql("UPDATE sessions SET created_at = created_at - interval '16 minutes'")


async def give_slot(account: Account) -> None:
    """Mara becomes the alternate holder."""
    await account.change("alternate", MARA, account.mara)


@pytest.mark.rule("D27")
async def test_a_holder_has_the_account_closed_in_thirty_days_and_whoever_is_above_sees_it(story: Story) -> None:
    before = await story.jonas.get(OWN)

    asked = await ask(story.jonas)

    closing = asked["closing"]
    seen = await story.northwind_seen_by(story.ana)
    below = await story.robin.get(f"closings/below/{story.northwind}")
    [event] = await story.identity.events("workspace_closing")
    page = await story.jonas.token()
    assert (before["closing"], before["signed_in_lately"], before["has_customers"]) == (None, True, False)
    assert closing["asked_by"]["address"] == story.jonas.address
    assert before["would_close_at"] <= closing["closes_at"]
    assert seen is not None
    assert (seen["closes_at"], seen["closed_at"]) == (closing["closes_at"], None)
    assert below["closing"] == closing
    assert (event["closes_at"], event["closed"], event["suspended"]) == (closing["closes_at"], False, False)
    assert (page["closing"]["closes_at"], page["closing"]["is_binding"]) == (closing["closes_at"], False)
    assert "user.invite" in page["permissions"]
    assert (await story.jonas.ask("POST", "invitations", NEW)).is_success, "all else goes on as before"
    assert await story.identity.problems() == []


@pytest.mark.rule("D1")
async def test_only_a_holder_may_and_only_in_their_own_name(story: Story) -> None:
    account = await make_account(story)
    body = await number(account.jonas)
    await story.ana.post("on-behalf", {"workspace": "northwind-logistics"})

    for person in (account.mara, account.eva, story.ana):
        for method, path, sent in (("GET", OWN, None), ("POST", ASK, body), ("POST", KEEP, None)):
            assert (await told(person, method, path, sent))[0] == 403
    assert (await told(story.robin, "POST", ASK, await number(story.robin)))[0] == 403, "the provider stays"
    assert (await told(story.jonas, "GET", f"closings/below/{story.northwind}"))[0] == 403
    farah = await add_partner(story)
    assert await told(farah, "GET", f"closings/below/{story.northwind}") == (404, "not-found")


async def test_it_needs_the_number_and_a_fresh_sign_in_and_is_asked_for_once(story: Story) -> None:
    body = await number(story.jonas)
    typed = await told(story.jonas, "POST", ASK, {"account_number": "AC-1"})
    not_closing = await told(story.jonas, "POST", KEEP)
    await make_stale(story)
    stale = await told(story.jonas, "POST", ASK, body)

    jonas = await story.identity.sign_in(story.jonas.address)
    first = await told(jonas, "POST", ASK, {"account_number": f" {body['account_number'].lower()} "})
    again = await told(jonas, "POST", ASK, body)

    assert (typed, not_closing) == ((422, "not-the-account-number"), (409, "not-closing"))
    assert stale == (409, "sign-in-first")
    assert (first, again) == ((201, ""), (409, "workspace-is-closing"))


async def test_a_partner_closes_only_after_its_customers_are_gone_and_gets_no_new_ones(story: Story) -> None:
    refused = await told(story.ana, "POST", ASK, await number(story.ana))
    await close(story, story.jonas)

    await ask(story.ana)

    added = await told(story.ana, "POST", "customers", {"display_name": "New"})
    assert refused == (409, "partner-has-customers")
    assert added == (409, "workspace-is-closing")
    await make_due(story)
    assert await story.identity.work(close_accounts) == 1
    assert await told(story.ana, "POST", "customers", {"display_name": "New"}) == (403, "workspace-is-closed")
    assert await told(story.ana, "POST", "on-behalf", {"workspace": "northwind-logistics"}) == (
        403, "workspace-is-closed",
    )  # fmt: skip
    with pytest.raises(AssertionError):
        await story.tom.token()
    assert await story.identity.problems() == []


async def test_the_other_holder_keeps_it_and_all_is_as_it_was(story: Story) -> None:
    account = await make_account(story)
    await give_slot(account)
    await ask(account.jonas)

    kept = await told(account.mara, "POST", KEEP)

    await make_due(story)
    assert kept == (204, "")
    assert await story.identity.work(close_accounts) == 0
    assert (await account.eva.token())["closing"] is None
    seen = await story.northwind_seen_by(story.ana)
    assert seen is not None
    assert seen["closes_at"] is None
    assert [event["closes_at"] for event in await story.identity.events("workspace_kept")] == [None]
    assert await told(account.jonas, "POST", KEEP) == (409, "not-closing")
    assert await story.identity.problems() == []


async def test_three_days_before_it_is_told_once_and_anew_after_the_account_was_kept(story: Story) -> None:
    for asked in (1, 2):
        await ask(story.jonas)
        early = await story.identity.work(tell_of_closing_accounts)
        await story.identity.sql("UPDATE workspaces SET closing_asked_at = closing_asked_at - interval '28 days',"
                                 " closes_at = closes_at - interval '28 days'")  # fmt: skip

        assert (early, await story.identity.work(tell_of_closing_accounts)) == (0, 1)
        assert await story.identity.work(tell_of_closing_accounts) == 0
        assert len(await story.identity.events("workspace_closing_soon")) == asked
        await story.jonas.post(KEEP)


@pytest.mark.rule("D27", "D14")
async def test_on_the_day_all_but_the_holders_lose_access_and_these_only_read(story: Story) -> None:
    account = await make_account(story)
    await give_slot(account)
    await story.link_tom("admin")
    await story.tom.post("on-behalf", {"workspace": "northwind-logistics"})
    await story.jonas.post("invitations", NEW)
    farah = await add_partner(story)
    await farah.post("access-requests", {"workspace": "northwind-logistics", "message": "Please."})

    await close(story, story.jonas)

    page = await account.jonas.token()
    assert (page["workspace"]["id"], page["closing"]["is_binding"]) == (story.northwind, True)
    assert {"user.list", "money.view", "invoice.pay"} <= page["permissions"].keys()
    assert "user.invite" not in page["permissions"]
    assert await told(account.jonas, "POST", "invitations", NEW) == (403, "workspace-is-closed")
    assert {user["address"] for user in (await account.mara.get("users"))["items"]} == {story.jonas.address, MARA}
    with pytest.raises(AssertionError):
        await account.eva.token()
    assert (await story.tom.token())["workspace"]["slug"] == "meridian-partners"
    [closed] = await story.identity.events("workspace_closed")
    assert (closed["closed"], closed["actor"]["user_id"]) == (True, None)
    assert closed["admins"] == sorted([str(await account.jonas.user_id()), str(await account.mara.user_id())])
    assert [each["workspace_id"] for each in await story.identity.events("access_request_expired")] == [story.northwind]
    assert await told(account.jonas, "POST", KEEP) == (409, "not-closing")
    assert await told(account.jonas, "POST", ASK, await number(account.jonas)) == (409, "workspace-is-closing")
    assert await story.identity.problems() == []


async def test_nobody_is_let_into_a_closed_account_again(story: Story) -> None:
    await close(story, story.jonas)
    tom = str(await story.tom.user_id())

    linked = await told(story.ana, "POST", "links", {"customer_id": story.northwind, "user_id": tom})
    await story.ana.post("on-behalf", {"workspace": "northwind-logistics"})
    invited = await told(story.ana, "POST", "invitations", NEW)
    proposed = await told(
        story.robin, "PUT", f"moves/below/{story.northwind}", {"to_workspace_id": story.northwind, "reason": "Why."}
    )
    asked = await story.tom.post("access-requests", {"workspace": "northwind-logistics", "message": ""})

    assert (linked, invited) == ((403, "workspace-is-closed"),) * 2
    assert proposed == (409, "workspace-is-closing")
    assert asked["asked"] is not None, "as for a name that nobody has"
    assert await story.identity.events("access_requested") == []


async def test_the_providers_staff_cannot_let_anybody_in_either(story: Story) -> None:
    own, jo = await add_customer(story.robin, "Larkspur's Own", "jo@own.example")
    await close(story, jo)

    await story.robin.post("on-behalf", {"workspace": "larkspur-s-own"})

    assert not (await story.robin.token())["closing"]["is_binding"]
    assert await told(story.robin, "POST", "invitations", NEW) == (403, "workspace-is-closed")
    assert await told(story.robin, "POST", "users/additional", {"address": TOM}) == (403, "workspace-is-closed")
    assert own


@pytest.mark.rule("D27")
async def test_the_holder_of_a_closed_account_may_delete_their_own(story: Story) -> None:
    held = (await story.jonas.get("erasures/own"))["workspaces"]
    await close(story, story.jonas)
    free = (await story.jonas.get("erasures/own"))["workspaces"]

    await story.jonas.post("erasures", {"address": story.jonas.address})
    await story.identity.sql("UPDATE erasures SET requested_at = requested_at - interval '8 days',"
                             " due_at = due_at - interval '8 days'")  # fmt: skip

    assert ([each["obstacle"] for each in held], [each["obstacle"] for each in free]) == (["holder"], [None])
    assert await story.identity.work(erase_people) == 1
    assert await story.identity.problems() == []


async def test_a_suspended_account_is_closed_too_and_can_be_kept(story: Story) -> None:
    await story.ana.ask("PUT", f"suspensions/{story.northwind}", SUSPENDED)

    await ask(story.jonas)
    assert await told(story.jonas, "POST", KEEP) == (204, "")
    await close(story, story.jonas)

    assert (await told(story.ana, "DELETE", f"suspensions/{story.northwind}"))[0] == 204
    assert (await story.jonas.token())["closing"]["is_binding"]
    assert await told(story.jonas, "POST", "invitations", NEW) == (403, "workspace-is-closed")
    assert await story.identity.problems() == []


async def test_who_is_being_closed_goes_to_nobody_else_and_an_open_proposal_ends_on_the_day(story: Story) -> None:
    moving = await make_moving(story)
    move_id = await moving.propose()
    await ask(story.jonas)

    consented = await moving.consent(move_id)
    await make_due(story)
    await story.identity.work(close_accounts)

    assert consented == (409, "workspace-is-closing")
    assert len(await story.identity.events("move_expired")) == 1
    assert await moving.problems() == []


async def test_of_what_happens_at_once_nothing_is_left_half_done(story: Story) -> None:
    """Closing or keeping, joining, moving and being let in: whichever comes first."""
    account = await make_account(story)
    moving = await make_moving(story)
    body = await number(story.jonas)
    for _ in range(3):
        move_id = await moving.propose()
        await at_once(
            (story.jonas, "POST", ASK, body),
            (story.jonas, "POST", f"moves/here/{move_id}/consent", None),
            (story.ana, "PUT", f"suspensions/{story.northwind}", SUSPENDED),
        )
        assert await moving.problems() == []
        await at_once((story.jonas, "POST", KEEP, None), (story.robin, "DELETE", moving.below, None))
        await story.robin.ask("DELETE", f"suspensions/{story.northwind}")
        if (await story.robin.get(moving.below))["seller"] != "Meridian Partners":
            await moving.move(moving.meridian)
    await ask(story.jonas)
    await make_due(story)
    tokens = [(await each.token())["access_token"] for each in (story.jonas, account.mara)]
    answers = await asyncio.gather(
        story.jonas.ask("POST", KEEP, token=tokens[0]),
        account.mara.ask("POST", "invitations", NEW, token=tokens[1]),
        story.identity.work(close_accounts),
    )

    [row] = await story.identity.sql("SELECT closed_at FROM workspaces WHERE workspace_id = :id", id=story.northwind)
    assert (row["closed_at"] is None) == (answers[0].status_code == 204)
    assert await moving.problems() == []
