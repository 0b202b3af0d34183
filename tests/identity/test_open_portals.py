"""When the portal of a bill group is open: its contract, what it owes, its switch, and that of the installation."""

import pytest

from services.identity.jobs import close_portals, mail_challenges
from tests.identity.harness import Person
from tests.identity.portals import EVA, GroupPortal, status_of_token


@pytest.mark.rule("O32")
@pytest.mark.parametrize(
    ("state", "is_open"),
    [
        ({"has_contract": False}, False),
        ({"has_contract": False, "owes": True}, True),
        ({"portal_on": False}, False),
        ({"portal_on": False, "owes": True}, False),
        ({"is_closed": True}, False),
        ({"is_closed": True, "owes": True}, True),
    ],
)
async def test_a_portal_is_open_with_a_contract_or_an_open_invoice_and_its_switch_on(
    portal: GroupPortal, state: dict[str, bool], is_open: bool
) -> None:
    eva = await portal.sign_in()

    await portal.set(**state)

    look = await portal.identity.http.post("/api/identity/portals/look", json={"key": portal.key})
    asked = await portal.ask_for_mail(Person(portal.identity, EVA))
    assert look.json()["is_open"] == is_open
    assert asked.status_code == (202 if is_open else 409)
    assert await status_of_token(eva) == (200 if is_open else 401), "visitors leave when it closes"
    assert await portal.visitors() == ([EVA] if is_open else [])
    assert (await portal.add("fjord.example")).status_code == 201, "rules are prepared at any time"
    assert await portal.identity.problems() == []


@pytest.mark.rule("O32", "D14")
async def test_a_portal_that_opens_again_lets_the_same_person_in_again(portal: GroupPortal) -> None:
    first = await portal.sign_in()
    user_id = await first.user_id()
    await portal.set(portal_on=False)
    await portal.set(portal_on=True)

    again = await portal.sign_in()

    assert await again.user_id() == user_id
    assert len(await portal.identity.events("user_registered")) == len({"robin", "ana", "tom", "jonas", "eva"})


@pytest.mark.rule("O2", "L15")
async def test_while_portals_are_switched_off_none_is_open_and_nobody_signs_in(portal: GroupPortal) -> None:
    portal.identity.runtime.settings.portals = False

    look = await portal.identity.http.post("/api/identity/portals/look", json={"key": portal.key})
    told = await portal.story.ana.get(f"portals/{portal.story.northwind}/{portal.id}")
    listed = await portal.story.ana.get(f"access-rules/{portal.story.northwind}")
    asked = await portal.ask_for_mail(Person(portal.identity, EVA))

    assert look.json()["is_open"] is False
    assert [(each["is_open"], each["portals_on"], each["portal_on"]) for each in listed] == [(False, False, True)]
    assert (told["is_open"], told["portals_on"], told["portal_on"]) == (False, False, True)
    assert (asked.status_code, asked.json()["title"]) == (409, "This portal is not open")
    assert (await portal.add("fjord.example")).status_code == 201, "rules are prepared at any time"


@pytest.mark.rule("O2", "L15", "D14")
async def test_whoever_came_through_a_rule_is_let_go_of_when_portals_are_switched_off(portal: GroupPortal) -> None:
    eva, settings = await portal.sign_in(), portal.identity.runtime.settings
    own = await status_of_token(portal.story.jonas)
    settings.portals = False

    await portal.identity.work(close_portals)

    assert await status_of_token(eva) == 401
    assert await portal.visitors() == []
    assert (own, await status_of_token(portal.story.jonas)) == (200, 200), "members stay"
    assert len(await portal.identity.events("access_revoked")) == 1, "by which the other services know at once"
    assert await portal.listed() == ["northwind.example"]
    assert await portal.identity.problems() == []
    settings.portals = True
    assert await status_of_token(await portal.sign_in()) == 200, "on again, they come in as before"


@pytest.mark.rule("O2", "L15")
async def test_a_mail_asked_for_before_portals_were_switched_off_is_not_sent_and_a_code_admits_nobody(
    portal: GroupPortal,
) -> None:
    early, late = Person(portal.identity, EVA), Person(portal.identity, "kim@northwind.example")
    challenge = (await portal.ask_for_mail(early)).json()["challenge_id"]
    await portal.identity.work(mail_challenges)
    code = (await portal.identity.mails(EVA))[-1].code
    await portal.ask_for_mail(late)
    portal.identity.runtime.settings.portals = False

    await portal.identity.work(mail_challenges)
    redeemed = await portal.identity.http.post(
        f"/api/identity/sign-in-challenges/{challenge}/redeem", json={"browser": early.browser, "code": code}
    )

    assert await portal.identity.mails(late.address) == []
    assert redeemed.status_code == 409
    assert await portal.visitors() == []
