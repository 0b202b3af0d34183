"""People who sign in to the portal of a bill group by its link (O29, O32, O35 to O37, O41 to O43, D3, D14, D19)."""

import asyncio
from uuid import uuid4

import pytest
from sqlalchemy.exc import IntegrityError

from services.identity.jobs import close_portals, mail_challenges
from tests.identity.harness import JONAS, Person
from tests.identity.portals import EVA, GroupPortal, status_of_token

KAI = "kai@tidewater.example"
ROUNDS = 40


@pytest.mark.rule("O35", "O41")
async def test_the_link_is_random_stays_the_same_and_tells_a_stranger_only_who_sells(portal: GroupPortal) -> None:
    path = f"portals/{portal.story.northwind}/{portal.id}"
    first, again = await portal.story.ana.get(path), await portal.story.ana.get(path)
    look = await portal.identity.http.post("/api/identity/portals/look", json={"key": portal.key})
    unknown = await portal.identity.http.post("/api/identity/portals/look", json={"key": "x" * 32})

    assert first == again
    assert first["link"].endswith(f"/p/{portal.key}")
    assert len(portal.key) >= 32
    assert look.json() == {
        "seller": "Meridian Partners",
        "support_address": None,
        "support_phone": None,
        "is_open": True,
        "brand": (await portal.story.jonas.token())["brand"],
    }
    assert look.json()["brand"]["display_name"] == "Meridian Partners"
    assert unknown.status_code == 404


@pytest.mark.rule("O36", "O42", "O43", "O29", "D3")
async def test_an_address_of_a_granted_domain_signs_in_as_visitor_of_that_bill_group_alone(portal: GroupPortal) -> None:
    eva = await portal.sign_in()
    told = await eva.token()

    assert told["workspace"]["id"] == portal.story.northwind
    assert (told["user"]["display_name"], told["roles"]) == ("Eva Klein", ["billing"])
    grants = await portal.identity.sql(
        "SELECT role, source, bill_group_id::text FROM grants WHERE source = 'access_rule'"
    )
    assert [tuple(grant.values()) for grant in grants] == [("billing", "access_rule", portal.id)]
    granted = (await portal.identity.events("access_granted"))[-1]
    assert granted["grant"]["source"] == "access_rule"
    assert (await portal.identity.events("user_registered"))[-1]["address"] == EVA
    assert await portal.identity.problems() == []


@pytest.mark.rule("O37")
async def test_a_single_address_signs_in_however_it_is_typed(portal: GroupPortal) -> None:
    await portal.add(KAI)

    await portal.sign_in("KAI@tidewater.example")

    assert await portal.is_mailed("KAI@tidewater.example")
    assert not await portal.is_mailed(f"x{KAI}")
    assert not await portal.is_mailed("kai@berlin.northwind.example"), "a subdomain is another domain"


@pytest.mark.rule("D19")
async def test_an_address_without_access_gets_the_same_answer_and_no_mail_also_one_of_a_member(
    portal: GroupPortal,
) -> None:
    stranger, known = Person(portal.identity, KAI), Person(portal.identity, "tom@meridian.example")
    admitted = Person(portal.identity, EVA)

    before = len(await portal.identity.mails(known.address))
    answers = [await portal.ask_for_mail(person) for person in (admitted, stranger, known)]
    await portal.identity.work(mail_challenges)

    assert [answer.status_code for answer in answers] == [202] * 3
    assert len({frozenset(answer.json()) for answer in answers}) == 1
    secrets = await portal.identity.sql("SELECT count(*) AS made FROM sign_in_challenges WHERE code_digest IS NULL")
    assert secrets[0]["made"] == 0, "everybody's mail is decided on by the same job"
    assert await portal.identity.mails(KAI) == []
    assert len(await portal.identity.mails(known.address)) == before
    assert len(await portal.identity.mails(EVA)) == 1


@pytest.mark.rule("O29", "D3")
async def test_a_visitor_is_no_member(portal: GroupPortal) -> None:
    eva = await portal.sign_in()
    jonas = portal.story.jonas

    users = await jonas.get("users")
    refused = await eva.ask("GET", "users")
    invited = await jonas.ask("POST", "invitations", {"address": EVA, "display_name": "Eva", "role": "regular"})

    assert [user["address"] for user in users["items"]] == [JONAS]
    assert refused.status_code == 403
    assert invited.status_code == 201, "a visitor can still be invited as a user"
    assert (await jonas.ask("DELETE", f"users/{await eva.user_id()}")).status_code == 404


@pytest.mark.rule("D14")
async def test_an_older_state_of_a_bill_group_changes_nothing(portal: GroupPortal) -> None:
    eva = await portal.sign_in()
    portal.version -= 2

    await portal.set(portal_on=False)

    assert await status_of_token(eva) == 200


@pytest.mark.rule("D14")
async def test_removing_a_rule_ends_the_access_and_the_sessions_that_came_through_it_and_nothing_else(
    portal: GroupPortal,
) -> None:
    rule = (await portal.story.ana.get(portal.rules))[0]
    await portal.add(KAI)
    eva, kai, jonas = await portal.sign_in(), await portal.sign_in(KAI), await portal.sign_in(JONAS)
    assert sorted((await jonas.token())["roles"]) == ["admin", "billing"], "a member keeps both"

    assert (await portal.remove(rule["id"])).status_code == 204

    assert [await status_of_token(each) for each in (eva, kai, jonas, portal.story.jonas)] == [401, 200, 401, 200]
    assert (await portal.story.jonas.token())["roles"] == ["admin"]
    assert await portal.visitors() == [KAI]
    ended = await portal.identity.events("session_ended")
    assert [event["reason"] for event in ended] == ["revoked", "revoked"]
    removed = (await portal.identity.events("access_rule_removed"))[-1]
    assert (removed["reason"], removed["visitors"]) == ("removed", 2)
    assert not await portal.is_mailed(EVA)
    assert await portal.identity.problems() == []


@pytest.mark.rule("D13", "D14")
async def test_visitors_by_an_address_stay_when_the_rule_for_their_domain_takes_its_place(portal: GroupPortal) -> None:
    await portal.add(KAI)
    kai = await portal.sign_in(KAI)

    folded = (await portal.add("tidewater.example", fold_in=True)).json()

    assert folded["visitors"] == 1
    assert await status_of_token(kai) == 200
    assert await portal.identity.problems() == []
    await portal.remove(folded["id"])
    assert await status_of_token(kai) == 401


@pytest.mark.rule("O42")
async def test_a_visitor_signs_in_at_the_ordinary_page_too_as_long_as_the_access_lasts(portal: GroupPortal) -> None:
    await portal.sign_in()
    eva = await portal.identity.sign_in(EVA)
    assert (await eva.token())["workspace"]["id"] == portal.story.northwind

    await portal.remove((await portal.story.ana.get(portal.rules))[0]["id"])

    assert await status_of_token(eva) == 401, "nothing is left to act in"


@pytest.mark.rule("D14")
async def test_a_code_that_was_sent_before_the_rule_ended_admits_nobody(portal: GroupPortal) -> None:
    person = Person(portal.identity, EVA)
    challenge = (await portal.ask_for_mail(person)).json()["challenge_id"]
    await portal.identity.work(mail_challenges)
    code = (await portal.identity.mails(EVA))[-1].code
    await portal.remove((await portal.story.ana.get(portal.rules))[0]["id"])

    proof = {"browser": person.browser, "code": code}
    answer = await portal.identity.http.post(f"/api/identity/sign-in-challenges/{challenge}/redeem", json=proof)

    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/not-admitted")
    assert await portal.visitors() == []


@pytest.mark.rule("D14", "D13")
async def test_whoever_signs_in_while_the_rule_ends_keeps_no_access(portal: GroupPortal) -> None:
    for number in range(ROUNDS):
        address = f"visitor{number % 3}@tidewater.example"
        rule = (await portal.add("tidewater.example")).json()["id"]
        person = Person(portal.identity, address)
        challenge = (await portal.ask_for_mail(person)).json()["challenge_id"]
        await portal.identity.work(mail_challenges)
        proof = {"browser": person.browser, "code": (await portal.identity.mails(address))[-1].code}
        path = f"/api/identity/sign-in-challenges/{challenge}/redeem"

        entered, removed = await asyncio.gather(portal.identity.http.post(path, json=proof), portal.remove(rule))

        assert (entered.status_code in (200, 409), removed.status_code) == (True, 204)
        assert await portal.visitors() == []
        if entered.status_code == 200:
            person.session = entered.json()["session"]
            assert await status_of_token(person) == 401
    assert await portal.identity.problems() == []


@pytest.mark.rule("D14")
async def test_whoever_signs_in_while_the_portal_closes_keeps_no_access(portal: GroupPortal) -> None:
    for _ in range(10):
        await portal.set()
        person = Person(portal.identity, EVA)
        challenge = (await portal.ask_for_mail(person)).json()["challenge_id"]
        await portal.identity.work(mail_challenges)
        proof = {"browser": person.browser, "code": (await portal.identity.mails(EVA))[-1].code}
        path = f"/api/identity/sign-in-challenges/{challenge}/redeem"

        entered, _ = await asyncio.gather(portal.identity.http.post(path, json=proof), portal.set(portal_on=False))
        await portal.identity.work(close_portals)

        assert entered.status_code in (200, 409)
        assert await portal.visitors() == []
    assert await portal.identity.problems() == []


async def test_verify_finds_a_visitor_whom_no_rule_admits(portal: GroupPortal) -> None:
    await portal.sign_in()
    await portal.identity.sql("ALTER TABLE access_rules NO FORCE ROW LEVEL SECURITY")
    await portal.identity.sql("UPDATE access_rules SET value = 'fjord.example', domain = 'fjord.example'")

    assert [line.partition(": ")[2] for line in await portal.identity.problems()] == [
        "of a visitor whom its access rule does not admit"
    ]
    with pytest.raises(IntegrityError, match="fk_grants_access_rule_id"):
        await portal.identity.sql("DELETE FROM access_rules")


async def test_the_key_of_no_portal_is_refused_before_anything_is_sent(portal: GroupPortal) -> None:
    asked = {"address": EVA, "browser": "b" * 20, "portal": uuid4().hex}

    answer = await portal.identity.http.post("/api/identity/sign-in-challenges", json=asked)

    assert answer.status_code == 404
