"""What somebody started ends with their right to start it: pending invitations of those who may not invite any more."""

import pytest

from tests.identity.harness import TOM, Person, Story, add_customer, at_once
from tests.identity.test_invitations import follow, look

GUEST = "guest@elsewhere.example"


async def invite(person: Person, address: str = GUEST) -> str:
    await person.post("invitations", {"address": address, "display_name": "Guest", "role": "member"})
    return await newest(person, address)


async def newest(person: Person, address: str = GUEST) -> str:
    return [mail for mail in await person.identity.mails(address) if mail.kind == "invitation"][-1].token


async def set_role(story: Story, person: Person, role: str) -> None:
    answer = await story.ana.ask("PATCH", f"users/{await person.user_id()}", {"role": role})
    assert answer.status_code == 200, answer.text


async def enter(person: Person, slug: str) -> None:
    await person.post("on-behalf", {"workspace": slug})


async def has_ended(story: Story, token: str) -> bool:
    """Whether the link is dead, says why, and cannot be followed. Otherwise it works."""
    seen, followed = (await look(story.identity, token)).json(), await follow(story.identity, token)
    assert await story.identity.problems() == []
    if seen["state"] == "pending":
        assert followed.status_code == 200
        return False
    assert (seen["state"], seen["revoked_because"]) == ("revoked", "inviter_lost_access")
    assert (followed.status_code, followed.json()["type"]) == (410, "/problems/invitation-spent")
    assert "may not invite people there any more" in followed.json()["detail"]
    return True


@pytest.mark.rule("D14")
@pytest.mark.parametrize("end", ["PATCH", "DELETE"])
async def test_invitations_of_a_demoted_or_removed_admin_end_with_the_event(story: Story, end: str) -> None:
    await set_role(story, story.tom, "admin")
    by_tom, by_ana = await invite(story.tom), await invite(story.ana, "other@elsewhere.example")

    body = {"role": "regular"} if end == "PATCH" else None
    await story.ana.ask(end, f"users/{await story.tom.user_id()}", body)

    assert (await has_ended(story, by_tom), await has_ended(story, by_ana)) == (True, False)
    [event] = await story.identity.events("invitation_revoked")
    assert (event["reason"], event["inviter_lost_access"], event["actor"]["via"]) == ("revoked", True, "self")
    listed = {each["address"]: each["state"] for each in (await story.ana.get("invitations"))["items"]}
    assert (listed[GUEST], listed["other@elsewhere.example"]) == ("revoked", "pending")


async def test_a_role_that_still_invites_ends_nothing(story: Story) -> None:
    await set_role(story, story.tom, "admin")
    token = await invite(story.tom)

    await set_role(story, story.tom, "admin")

    assert not await has_ended(story, token)


@pytest.mark.rule("D14", "L4")
@pytest.mark.parametrize("end", ["PATCH", "DELETE"])
async def test_a_customer_that_a_former_admin_invited_is_not_connected_again(story: Story, end: str) -> None:
    await set_role(story, story.tom, "admin")
    made = await story.tom.post("customers", {"display_name": "Tidewater Labs"})
    await story.tom.ask("PUT", f"customers/{made['id']}/contact", {"address": GUEST, "display_name": "Kai"})
    await story.tom.post(f"customers/{made['id']}/invite", {"role": "admin"})
    token = await newest(story.tom)

    await story.ana.ask(end, f"users/{await story.tom.user_id()}", {"role": "member"} if end == "PATCH" else None)

    assert await has_ended(story, token)
    [row] = (await story.ana.get("customers", status="not_connected"))["items"]
    assert row["status"] == "not_connected"
    [event] = await story.identity.events("invitation_revoked")
    assert (event["workspace_id"], event["actor"]["via"]) == (made["id"], "parent")


@pytest.mark.rule("D14", "P24")
@pytest.mark.parametrize("end", ["unlink", "change the link", "remove", "leave"])
async def test_an_invitation_sent_on_behalf_ends_with_the_link_but_not_with_the_work(story: Story, end: str) -> None:
    link = await story.link_tom("admin")
    await enter(story.tom, "northwind-logistics")
    token = await invite(story.tom)
    by_jonas = await invite(story.jonas, "other@elsewhere.example")

    path = f"links/{link['id']}"
    if end == "unlink":
        await story.ana.ask("DELETE", path)
    elif end == "change the link":
        await story.ana.ask("PATCH", path, {"role": "regular"})
    elif end == "remove":
        await story.ana.ask("DELETE", f"users/{await story.tom.user_id()}")
    else:
        await story.tom.post("on-behalf/end")

    assert await has_ended(story, token) == (end != "leave")
    assert not await has_ended(story, by_jonas)


@pytest.mark.rule("D14")
async def test_a_parents_admin_who_is_demoted_keeps_what_the_link_still_allows(story: Story) -> None:
    await story.link_tom("admin")
    await set_role(story, story.tom, "admin")
    await enter(story.tom, "northwind-logistics")
    on_behalf = await invite(story.tom)
    await story.tom.post("on-behalf/end")
    own = await invite(story.tom, "other@elsewhere.example")

    await set_role(story, story.tom, "regular")

    assert (await has_ended(story, on_behalf), await has_ended(story, own)) == (False, True)


@pytest.mark.rule("D14")
async def test_what_the_providers_admin_started_at_a_partner_ends_with_the_providers_role(story: Story) -> None:
    """The provider's admin works on behalf of the partner and invites the partner's customer: two levels below."""
    robins = "kim@larkspur.example"
    await story.robin.post("invitations", {"address": robins, "display_name": "Kim", "role": "admin"})
    kim = await story.identity.accept(robins)
    made = await story.ana.post("customers", {"display_name": "Tidewater Labs"})
    await story.ana.ask("PUT", f"customers/{made['id']}/contact", {"address": GUEST, "display_name": "Kai"})
    await enter(kim, "meridian-partners")
    await kim.post(f"customers/{made['id']}/invite", {"role": "admin"})
    customer, partner = await newest(kim), await invite(kim, "other@elsewhere.example")

    answer = await story.robin.ask("DELETE", f"users/{await kim.user_id()}")

    assert answer.status_code == 204
    assert (await has_ended(story, customer), await has_ended(story, partner)) == (True, True)


async def test_only_the_right_by_which_it_was_sent_counts(story: Story) -> None:
    """Tom is an admin of the customer too. What he sent as such is the customer's."""
    await story.jonas.post("invitations", {"address": TOM, "display_name": "Tom", "role": "admin"})
    tom_at_northwind = await story.identity.accept(TOM)
    await set_role(story, story.tom, "admin")
    theirs, ours = await invite(tom_at_northwind), await invite(story.tom, "other@elsewhere.example")

    await story.ana.ask("DELETE", f"users/{await story.tom.user_id()}")

    assert (await has_ended(story, theirs), await has_ended(story, ours)) == (False, True)


@pytest.mark.parametrize("end", ["PATCH", "DELETE"])
async def test_who_accepts_their_own_invitation_while_being_removed_blocks_nobody(story: Story, end: str) -> None:
    """Both requests lock the same person and the same invitation."""
    for number in range(12):
        await set_role(story, story.tom, "admin")
        await story.tom.post("sessions/switch", {"workspace": "meridian-partners"})
        name = f"Customer {number}"
        made = await story.tom.post("customers", {"display_name": name})
        await story.tom.ask("PUT", f"customers/{made['id']}/contact", {"address": TOM, "display_name": "Tom"})
        await story.tom.post(f"customers/{made['id']}/invite", {"role": "admin"})
        accept = {"token": await newest(story.tom, TOM), "browser": story.tom.browser, "session": story.tom.session}

        accepted, ended = await at_once(
            (story.tom, "POST", "sign-in-challenges/invited", accept),
            (story.ana, end, f"users/{await story.tom.user_id()}", {"role": "regular"} if end == "PATCH" else None),
        )

        assert (accepted in (200, 410), ended in (200, 204)) == (True, True)
        assert await story.identity.problems() == []
        if end == "DELETE":
            break


async def test_an_accepted_invitation_stays_what_it_became(story: Story) -> None:
    await set_role(story, story.tom, "admin")
    _, kai = await add_customer(story.tom, "Tidewater Labs", "kai@tidewater.example")

    await set_role(story, story.tom, "regular")

    assert (await kai.token())["roles"] == ["admin"]
    assert await story.identity.events("invitation_revoked") == []


async def test_verify_finds_an_invitation_that_outlived_its_right(story: Story) -> None:
    await set_role(story, story.tom, "admin")
    await invite(story.tom)

    await story.identity.sql("UPDATE grants SET role = 'regular' WHERE user_id = :tom", tom=await story.tom.user_id())

    [found] = await story.identity.problems()
    assert "pending, but whoever sent it may not invite there any more" in found
