"""Where a link to a page of some workspace leads its reader, wherever their session acts."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.identity.sign_in_challenges.schemas import ChallengeCreate
from services.portal.security import local_path
from tests.identity.harness import ANA, IdentityHarness, Person, Story, add_customer, mail_challenges

PATH = "/w/northwind-logistics/services/1?tab=log"


async def destination(person: Person, slug: str) -> tuple[str, str] | int:
    """The way and where it begins, or the status of the refusal."""
    answer = await person.ask("GET", "destinations", params={"workspace": slug})
    found = answer.json()
    return (found["way"], found["home_workspace"]["slug"]) if answer.is_success else answer.status_code


@pytest.mark.rule("K25", "P25")
async def test_ones_own_workspace_is_switched_to_and_a_parents_customer_is_entered_on_behalf(story: Story) -> None:
    linked_before = await destination(story.tom, "northwind-logistics")
    await story.link_tom("regular")

    assert linked_before == 404
    assert await destination(story.tom, "northwind-logistics") == ("on_behalf", "meridian-partners")
    assert await destination(story.ana, "northwind-logistics") == ("on_behalf", "meridian-partners")
    assert await destination(story.ana, "meridian-partners") == ("own", "meridian-partners")
    assert await destination(story.robin, "meridian-partners") == ("on_behalf", "larkspur")
    assert (await story.ana.get("destinations", workspace="northwind-logistics"))["workspace"]["id"] == story.northwind


@pytest.mark.rule("P3", "P26")
async def test_it_does_not_count_where_the_session_acts_now(story: Story) -> None:
    """Somebody who works for one customer, or in another company of theirs, follows a link to a second customer."""
    await add_customer(story.ana, "Tidewater Labs", "kai@tidewater.example")
    _, rosa = await add_customer(story.robin, "Quarry Lane", "rosa@quarrylane.example")
    await rosa.post("invitations", {"address": ANA, "display_name": "Ana", "role": "member"})
    ana = await story.identity.accept(ANA)
    assert (await ana.token())["workspace"]["slug"] == "quarry-lane"

    from_the_other = await destination(ana, "northwind-logistics")
    await story.ana.post("on-behalf", {"workspace": "northwind-logistics"})

    assert from_the_other == ("on_behalf", "meridian-partners")
    assert await destination(story.ana, "tidewater-labs") == ("on_behalf", "meridian-partners")
    assert await destination(story.ana, "quarry-lane") == ("own", "quarry-lane")
    assert (await story.ana.token())["workspace"]["slug"] == "northwind-logistics"


@pytest.mark.rule("D14")
async def test_every_workspace_that_one_may_not_open_is_as_unknown_as_none(story: Story) -> None:
    made = await story.ana.post("customers", {"display_name": "Not Connected"})
    await add_customer(story.robin, "Quarry Lane", "rosa@quarrylane.example")
    link = await story.link_tom("regular")
    await story.ana.ask("DELETE", f"links/{link['id']}")

    async def refusal(person: Person, slug: str) -> Any:
        answer = await person.ask("GET", "destinations", params={"workspace": slug})
        return answer.status_code, answer.json()

    unknown = await refusal(story.jonas, "no-such")
    assert unknown[0] == 404
    assert [await refusal(story.jonas, slug) for slug in ("meridian-partners", "larkspur", "quarry-lane")] == [
        unknown
    ] * 3
    assert [await refusal(story.ana, slug) for slug in (made["slug"], "quarry-lane", "larkspur")] == [unknown] * 3
    assert await refusal(story.tom, "northwind-logistics") == unknown
    assert await refusal(story.robin, "northwind-logistics") == unknown, "it is the partner's customer"


async def test_asking_where_a_link_leads_changes_nothing(story: Story) -> None:
    before = len(await story.identity.database.events()), (await story.ana.token())["workspace"]

    await destination(story.ana, "northwind-logistics")

    assert (len(await story.identity.database.events()), (await story.ana.token())["workspace"]) == before


async def ask_to_sign_in(identity: IdentityHarness, return_to: str | None) -> Any:
    asked = {"address": ANA, "browser": "nonce-of-this-browser", "return_to": return_to}
    return await identity.http.post("/api/identity/sign-in-challenges", json=asked)


@pytest.mark.rule("D19")
@pytest.mark.parametrize("browser", ["nonce-of-this-browser", "nonce-of-another-browser"])
@pytest.mark.parametrize("wanted", [PATH, None])
async def test_the_page_that_was_wanted_is_answered_to_whatever_browser_signs_in(
    story: Story, browser: str, wanted: str | None
) -> None:
    challenge = (await ask_to_sign_in(story.identity, wanted)).json()["challenge_id"]
    await story.identity.work(mail_challenges)
    mail = (await story.identity.mails(ANA))[-1]

    proof = {"browser": browser, "token": mail.token, "code": mail.code}
    answer = await story.identity.http.post(f"/api/identity/sign-in-challenges/{challenge}/redeem", json=proof)

    assert answer.json()["return_to"] == wanted
    assert PATH not in mail.link


@pytest.mark.parametrize(
    "wanted", ["//evil.example", "https://evil.example", "/\\evil.example", "/a b", "", "/" + "x" * 2000]
)
async def test_a_page_of_another_site_is_refused_for_known_and_unknown_addresses_alike(
    story: Story, wanted: str
) -> None:
    assert (await ask_to_sign_in(story.identity, wanted)).status_code == 422


@given(wanted=st.text(alphabet="/\\ax?=&%.:@ \t\n\x00é", max_size=12).map("/".__add__))
@settings(max_examples=300)
def test_identity_takes_exactly_the_paths_that_the_portal_goes_to(wanted: str) -> None:
    try:
        taken = ChallengeCreate(address=ANA, browser="nonce-of-this-browser", return_to=wanted).return_to
    except ValueError:
        taken = None

    stripped = wanted.strip()  # as the portal's forms and bodies are
    assert taken == (stripped if local_path(stripped, "") else None)
