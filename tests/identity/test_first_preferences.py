"""The first language and time zone of a person are those of the browser that they sign in with."""

from typing import Any

import pytest

from tests.identity.harness import ANA, ROBIN, IdentityHarness, Person, Story

BERLIN = {"locale": "de-DE", "time_zone": "Europe/Berlin"}
DUBLIN = {"locale": "en-IE", "time_zone": "Europe/Dublin"}
MARA = "mara@northwind.example"


async def preferences(person: Person) -> dict[str, Any]:
    return dict((await person.token())["preferences"])


async def invite(story: Story, address: str) -> None:
    await story.jonas.post("invitations", {"address": address, "display_name": "Mara", "role": "member"})


async def language_of(identity: IdentityHarness, kind: str, address: str) -> tuple[str | None, str | None]:
    """The language and the time zone of the newest mail of a kind to an address."""
    body = [mail for mail in await identity.mails(address) if mail.kind == kind][-1].body
    return body["locale"], body["time_zone"]


@pytest.mark.rule("D28")
async def test_the_first_browser_that_says_them_counts_and_later_ones_do_not(story: Story) -> None:
    first = await story.identity.sign_in(ANA, **BERLIN)
    second = await story.identity.sign_in(ANA, **DUBLIN)

    assert [await preferences(person) for person in (first, second)] == [BERLIN, BERLIN]
    [event] = await story.identity.events("user_updated")
    assert {name: event[name] for name in BERLIN} == BERLIN
    assert (event["actor"]["address"], event["subject"]["version"]) == (ANA, 2)


@pytest.mark.rule("D28")
async def test_a_browser_does_not_overwrite_what_was_chosen(story: Story) -> None:
    await story.ana.ask("PATCH", "me", {"locale": "en-GB"})

    again = await story.identity.sign_in(ANA, **BERLIN)

    assert await preferences(again) == {"locale": "en-GB", "time_zone": "Europe/Berlin"}
    assert len(await story.identity.events("user_updated")) == 2


async def test_a_browser_that_says_nothing_changes_nothing(story: Story) -> None:
    again = await story.identity.sign_in(ANA)

    assert await preferences(again) == {"locale": None, "time_zone": None}
    assert await story.identity.events("user_updated") == []


@pytest.mark.rule("D28", "L12")
async def test_whoever_registers_has_those_of_their_browser_from_the_start(story: Story) -> None:
    await invite(story, MARA)

    mara = await story.identity.accept(MARA, **BERLIN)

    assert await preferences(mara) == BERLIN
    [registered] = [e for e in await story.identity.events("user_registered") if e["address"] == MARA]
    assert {name: registered[name] for name in BERLIN} == BERLIN
    assert await story.identity.events("user_updated") == []


@pytest.mark.parametrize("said", [{"locale": "xx-XX"}, {"time_zone": "Europe/Atlantis"}])
async def test_an_invalid_one_is_an_error_of_its_field_and_uses_nothing_up(
    identity: IdentityHarness, said: dict[str, str]
) -> None:
    await identity.init()
    asked = {"address": ROBIN, "browser": "nonce-of-the-asking-browser"}
    path = "/api/identity/sign-in-challenges"
    challenge = (await identity.http.post(path, json=asked)).json()["challenge_id"]

    [name] = said
    proof = {"browser": asked["browser"], "code": "123456"} | said
    answer = await identity.http.post(f"{path}/{challenge}/redeem", json=proof)

    assert [error["pointer"] for error in answer.json()["errors"]] == [f"/{name}"]
    assert (await identity.sql("SELECT wrong_codes FROM sign_in_challenges"))[0]["wrong_codes"] == 0


@pytest.mark.rule("D28")
async def test_the_sign_in_mail_is_in_the_browsers_language_until_the_person_has_one(story: Story) -> None:
    identity = story.identity

    unknown = await language_of(identity, "sign_in", ANA)
    await identity.sign_in(ANA, locale="de-CH")
    by_browser = await language_of(identity, "sign_in", ANA)
    await story.ana.ask("PATCH", "me", BERLIN)
    await identity.sign_in(ANA, locale="en-GB")

    assert (unknown, by_browser) == ((None, None), ("de-CH", None))
    assert await language_of(identity, "sign_in", ANA) == ("de-DE", "Europe/Berlin")


@pytest.mark.rule("D28")
async def test_an_invitation_is_in_the_invited_persons_language_or_else_in_the_workspaces(story: Story) -> None:
    await story.jonas.ask("PATCH", "workspace-settings", {"locale": "de-LI"})
    await story.ana.ask("PATCH", "me", DUBLIN)

    for address in (MARA, ANA):
        await invite(story, address)

    assert await language_of(story.identity, "invitation", MARA) == ("de-LI", None)
    assert await language_of(story.identity, "invitation", ANA) == ("en-IE", "Europe/Dublin")


async def test_the_code_that_completes_an_invitation_is_in_the_browsers_language(story: Story) -> None:
    await invite(story, MARA)

    await story.identity.accept(MARA, locale="de-AT")

    assert await language_of(story.identity, "sign_in", MARA) == ("de-AT", None)
