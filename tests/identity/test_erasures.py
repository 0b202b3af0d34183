"""A person's account and data are deleted at their wish: in a week, unless they take it back or are needed."""

import asyncio
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deploy.backup.finishing import erase_again, read_erased
from services.identity.jobs import erase_people
from tests.harness.scanning import tables_naming
from tests.identity.harness import JONAS, TOM, Person, Request, Story, at_once, invite, told

NAME = "Tomasina Quill"
OWN, ASK, KEEP = "erasures/own", "erasures", "erasures/own/withdraw"


async def make_due(story: Story) -> None:
    await story.identity.sql("UPDATE erasures SET requested_at = requested_at - interval '8 days',"
                             " due_at = due_at - interval '8 days' WHERE state = 'requested'")  # fmt: skip


async def ask(person: Person) -> None:
    await person.post(ASK, {"address": person.address.upper()})


async def erase(story: Story, person: Person) -> str:
    """Returns the id that the person had."""
    user_id = str(await person.user_id())
    await ask(person)
    await make_due(story)
    assert await story.identity.work(erase_people) == 1
    return user_id


async def leave_traces(story: Story) -> None:
    """Tom has something in every table that can have something of a person."""
    await story.tom.ask("PATCH", "me", {"display_name": NAME, "locale": "de-DE", "time_zone": "Europe/Berlin"})
    await story.link_tom("admin")
    await story.tom.post("own-data/downloads")
    await story.tom.post("access-requests", {"workspace": "larkspur", "message": f"It is me, {NAME}."})
    await story.robin.post("invitations", {"address": TOM, "display_name": NAME, "role": "member"})
    await story.tom.post("on-behalf", {"workspace": "northwind-logistics"})
    await story.tom.post("invitations", {"address": "kim@northwind.example", "display_name": "Kim", "role": "member"})


@pytest.mark.rule("D27", "D30")
async def test_nothing_but_the_id_is_left_of_a_person(story: Story) -> None:
    await leave_traces(story)
    before = await tables_naming(story.identity.database, TOM, NAME)

    await story.tom.post("on-behalf/end")
    tom = await erase(story, story.tom)

    assert {"users", "grants", "invitations", "access_requests", "sign_in_challenges"} <= set(before)
    assert await tables_naming(story.identity.database, TOM, NAME) == []
    for table in ("grants", "sessions", "asked_workspaces", "own_data_downloads"):
        [left] = await story.identity.sql(f"SELECT count(*) FROM {table} WHERE user_id = :id", id=tom)
        assert left["count"] == 0, table
    [user] = await story.identity.sql("SELECT * FROM users WHERE id = :id", id=tom)
    assert (user["address"], user["display_name"], user["locale"]) == ("", "", None)
    assert await story.identity.problems() == []


@pytest.mark.rule("D27")
async def test_who_is_erased_is_told_once_more_and_every_service_hears_of_the_id_alone(story: Story) -> None:
    tom = await erase(story, story.tom)

    [event] = await story.identity.events("user_erased")
    last = (await story.identity.mails(TOM))[-1]
    assert (event["user_id"], event["actor"]["address"], TOM in str(event)) == (tom, None, False)
    assert (last.kind, last.address, last.code) == ("account_deleted", TOM, None)
    assert [each["user_id"] for each in await story.identity.events("access_revoked")] == [tom]
    assert (await story.identity.events("session_ended"))[-1]["user_id"] == tom
    assert TOM not in str(await story.identity.events("access_revoked"))


@pytest.mark.rule("D27", "D19")
async def test_the_session_is_over_and_the_address_is_free_for_somebody_new(story: Story) -> None:
    tom = await erase(story, story.tom)

    over = await story.identity.http.post("/api/identity/tokens", json={"session": story.tom.session})
    mails = len(await story.identity.mails(TOM))
    asked = {"address": TOM, "browser": story.tom.browser, "locale": None}
    await story.identity.http.post("/api/identity/sign-in-challenges", json=asked)
    again = await invite(story.ana, TOM, "Tom", "regular")

    assert over.status_code == 401
    assert [mail.kind for mail in (await story.identity.mails(TOM))[mails:]] == ["invitation", "sign_in"]
    assert str(await again.user_id()) != tom
    assert len(await story.identity.events("user_registered")) == 5


@pytest.mark.rule("D27")
async def test_it_waits_for_a_week_and_can_be_taken_back(story: Story) -> None:
    await ask(story.tom)
    assert await told(story.tom, "POST", ASK, {"address": TOM}) == (409, "erasure-open")
    assert await story.identity.work(erase_people) == 0
    found = (await story.tom.get(OWN))["erasure"]
    assert await told(story.tom, "POST", KEEP) == (204, "")
    await make_due(story)

    assert await story.identity.work(erase_people) == 0
    assert found["due_at"] > found["requested_at"]
    assert (await story.tom.get(OWN))["erasure"] is None
    assert await told(story.tom, "POST", KEEP) == (404, "not-found")
    assert [len(await story.identity.events(f"erasure_{how}")) for how in ("requested", "withdrawn")] == [1, 1]
    await ask(story.tom)  # nothing keeps them from asking again


@pytest.mark.rule("D27", "D1", "D15")
async def test_a_holder_is_replaced_first(story: Story) -> None:
    [place] = (await story.jonas.get(OWN))["workspaces"]

    assert place["obstacle"] == "holder"
    assert await told(story.jonas, "POST", ASK, {"address": JONAS}) == (409, "holder-stays")


@pytest.mark.rule("D27", "D1")
async def test_who_became_a_holder_meanwhile_is_looked_at_again_a_day_later(story: Story) -> None:
    await ask(story.tom)
    await story.ana.ask("PUT", "holders/slots/alternate", {"address": TOM})
    [change] = (await story.ana.get("holders"))["changes"]
    await story.tom.post(f"holders/changes/{change['id']}/confirm")
    await make_due(story)

    await story.identity.work(erase_people)

    assert await story.identity.events("user_erased") == []
    [erasure] = await story.identity.sql("SELECT state, due_at > now() + interval '23 hours' AS later FROM erasures")
    assert (erasure["state"], erasure["later"]) == ("requested", True)


@pytest.mark.rule("D27")
async def test_it_needs_a_fresh_sign_in_the_own_address_and_the_own_name(story: Story) -> None:
    wrong = await told(story.tom, "POST", ASK, {"address": JONAS})
    await story.link_tom()
    await story.tom.post("on-behalf", {"workspace": "northwind-logistics"})
    on_behalf = [await told(story.tom, "POST", path, {"address": TOM}) for path in (ASK, KEEP)]
    await story.tom.post("on-behalf/end")
    await story.identity.sql("UPDATE sessions SET created_at = created_at - interval '16 minutes'")
    stale = await told(story.tom, "POST", ASK, {"address": TOM})

    assert wrong == (422, "not-your-address")
    assert on_behalf == [(409, "only-in-person")] * 2
    assert stale == (409, "sign-in-first")
    assert (await story.tom.get(OWN))["signed_in_lately"] is False


@pytest.mark.rule("D27")
async def test_whom_the_list_of_the_erased_names_is_erased_again_after_a_restore(story: Story) -> None:
    printed = [f"{await person.user_id()} 2026-11-30T02:15:00+00:00" for person in (story.tom, story.jonas)]
    nobody = str(uuid4())

    again = await erase_again(story.identity.database.owner_url, read_erased("\n".join([*printed, nobody, ""])))
    await story.identity.work(erase_people)

    assert again == 2

    assert await tables_naming(story.identity.database, TOM) == []
    states = await story.identity.sql("SELECT state FROM erasures ORDER BY state")
    assert [each["state"] for each in states] == ["done", "requested"], "Jonas holds an account"


AT_ONCE = st.lists(st.sampled_from(["keep", "role", "hold", "name", "invite"]), min_size=1, max_size=3, unique=True)


@pytest.mark.rule("D27", "D14")
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chosen=AT_ONCE, number=st.integers(0, 10**9))
async def test_whatever_happens_at_the_same_moment_a_person_is_erased_as_a_whole_or_not_at_all(
    story: Story, chosen: list[str], number: int
) -> None:
    kim = await invite(story.ana, f"kim-{number}-{uuid4().hex}@meridian.example", NAME, "regular")
    user_id = str(await kim.user_id())
    await ask(kim)
    await make_due(story)
    others: dict[str, Request] = {
        "keep": (kim, "POST", KEEP, None),
        "role": (story.ana, "PATCH", f"users/{user_id}", {"role": "member"}),
        "hold": (story.ana, "PUT", "holders/slots/alternate", {"address": kim.address}),
        "name": (kim, "PATCH", "me", {"display_name": "Kim"}),
        "invite": (story.robin, "POST", "invitations", {"address": kim.address, "display_name": NAME,
                                                        "role": "member"}),
    }  # fmt: skip

    await asyncio.gather(at_once(*(others[name] for name in chosen)), story.identity.work(erase_people))
    await story.identity.work(erase_people)  # what came to another workspace meanwhile

    erased = [event for event in await story.identity.events("user_erased") if event["user_id"] == user_id]
    [erasure] = await story.identity.sql("SELECT state FROM erasures WHERE user_id = :id", id=user_id)
    late = {"invitations", "invitation_words", "invitation_secrets", "customer_overview"} if "invite" in chosen else ()
    left = await tables_naming(story.identity.database, kim.address, spared=late)
    assert erasure["state"] == ("done" if erased else "withdrawn")
    assert (left == []) == bool(erased)
    assert await story.identity.problems() == []
