"""Proposing that a customer goes to another seller, and how a proposal ends: who may, who is refused, and when."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy.exc import IntegrityError

from services.identity.jobs import expire_moves
from tests.identity.harness import add_customer
from tests.identity.moves import SUSPENDED, WHY, Moving, names, told


async def test_an_admin_declines_with_a_reason_and_nothing_changes(moving: Moving) -> None:
    move_id = await moving.propose()

    without = await told(moving.story.jonas, "POST", f"moves/here/{move_id}/decline", {"reason": " "})
    done = await told(moving.story.jonas, "POST", f"moves/here/{move_id}/decline", {"reason": "We like Ana."})

    seen = (await moving.story.robin.get(moving.below))["move"]
    [declined] = await moving.story.identity.events("move_declined")
    assert (without[0], done) == (422, (204, ""))
    assert (seen["state"], seen["answer"], seen["ended_by"]) == ("declined", "We like Ana.", "Admin")
    assert (declined["reason"], declined["proposed_by"]) == ("We like Ana.", str(await moving.story.robin.user_id()))
    assert await names(moving.story.ana) == ["Northwind Logistics"]
    assert await moving.consent(move_id) == (409, "move-closed")
    await moving.propose()


async def test_staff_take_it_back_and_propose_another_one(moving: Moving) -> None:
    first = await moving.propose()
    second = await told(moving.story.robin, "PUT", moving.below, {"to_workspace_id": moving.larkspur, "reason": WHY})
    taken_back = await told(moving.story.robin, "DELETE", moving.below)
    again = await told(moving.story.robin, "DELETE", moving.below)
    another = await moving.propose(moving.larkspur)

    assert second == (409, "move-proposed-already")
    assert (taken_back, again) == ((204, ""), (409, "move-closed"))
    assert await moving.consent(first) == (409, "move-closed")
    assert (await moving.story.jonas.get("moves/here"))["move"]["id"] == another


async def test_the_database_keeps_two_from_being_open(moving: Moving) -> None:
    await moving.propose()

    with pytest.raises(IntegrityError, match="uq_moves_one_open"):
        await moving.story.identity.sql(
            "INSERT INTO moves SELECT gen_random_uuid(), workspace_id, from_workspace_id, from_company,"
            " to_workspace_id, to_company, company, reason, state, proposed_by, proposed_at, expires_at, ended_by,"
            " ended_at, answer, version FROM moves"
        )


async def test_what_nobody_answers_is_over_after_14_days(moving: Moving) -> None:
    move_id = await moving.propose()
    await moving.story.identity.sql("UPDATE moves SET expires_at = now()")

    late = await moving.consent(move_id)
    notice = (await moving.story.jonas.token())["proposed_seller"], (await moving.story.jonas.get("moves/here"))["move"]
    before = (await moving.story.robin.get(moving.below))["move"]["state"]
    await moving.story.identity.work(expire_moves)

    [expired] = await moving.story.identity.events("move_expired")
    assert (late, notice, before) == ((409, "move-closed"), (None, None), "expired")
    assert (expired["workspace_id"], expired["actor"]["kind"]) == (moving.story.northwind, "system")
    assert await told(moving.story.robin, "DELETE", moving.below) == (409, "move-closed")
    made = await moving.story.identity.sql("SELECT expires_at, proposed_at FROM moves")
    assert made[0]["expires_at"] <= datetime.now(UTC)


async def test_it_can_be_proposed_again_before_the_job_has_ended_the_late_one(moving: Moving) -> None:
    await moving.propose()
    await moving.story.identity.sql("UPDATE moves SET expires_at = now()")

    await moving.propose(moving.larkspur)

    assert len(await moving.story.identity.events("move_expired")) == 1
    [row] = await moving.story.identity.sql(
        "SELECT expires_at - proposed_at AS life FROM moves WHERE state = 'proposed'"
    )
    assert row["life"] == timedelta(days=14)


async def test_nobody_is_moved_who_could_not_consent_and_nobody_goes_to_who_cannot_sell(moving: Moving) -> None:
    story = moving.story
    waiting = (await story.ana.post("customers", {"display_name": "Waiting"}))["id"]
    body = {"to_workspace_id": moving.alder, "reason": WHY}

    nobody = await told(story.robin, "PUT", f"moves/below/{waiting}", body)
    same = await told(story.robin, "PUT", moving.below, body | {"to_workspace_id": moving.meridian})
    customer = await told(story.robin, "PUT", moving.below, body | {"to_workspace_id": waiting})
    unknown = await told(story.robin, "PUT", moving.below, body | {"to_workspace_id": str(uuid4())})
    partner = await told(story.robin, "PUT", f"moves/below/{moving.meridian}", body)
    await story.robin.ask("PUT", f"suspensions/{moving.alder}", SUSPENDED)
    suspended = await told(story.robin, "PUT", moving.below, body)
    sellers = [each["id"] for each in await story.robin.get(f"{moving.below}/sellers")]
    await story.robin.ask("PUT", f"suspensions/{story.northwind}", SUSPENDED)
    of_suspended = await told(story.robin, "PUT", moving.below, body | {"to_workspace_id": moving.larkspur})

    assert nobody == (409, "nobody-to-consent")
    assert same == customer == unknown == suspended == (409, "no-seller-for-it")
    assert partner == (404, "not-found")
    assert sellers == [moving.larkspur]
    assert of_suspended == (409, "suspended-customer")


async def test_a_partner_that_was_suspended_meanwhile_gets_nobody(moving: Moving) -> None:
    move_id = await moving.propose()
    await moving.story.robin.ask("PUT", f"suspensions/{moving.alder}", SUSPENDED)

    assert await moving.consent(move_id) == (409, "no-seller-for-it")
    assert await names(moving.story.ana) == ["Northwind Logistics"]


@pytest.mark.rule("S01")
async def test_only_the_providers_admins_propose_and_only_the_customers_own_admins_answer(moving: Moving) -> None:
    story, body = moving.story, {"to_workspace_id": moving.alder, "reason": WHY}
    move_id = await moving.propose()
    _, kai = await add_customer(story.ana, "Tidewater Labs", "kai@tidewater.example")
    await story.ana.post("on-behalf", {"workspace": "northwind-logistics"})

    assert [await told(person, "PUT", moving.below, body) for person in (moving.farah, story.tom, story.jonas)] == [
        (403, "forbidden")
    ] * 3
    for path, said in (("consent", None), ("decline", {"reason": "No."})):
        assert await told(kai, "POST", f"moves/here/{move_id}/{path}", said) == (404, "not-found")
        assert await told(story.ana, "POST", f"moves/here/{move_id}/{path}", said) == (409, "only-the-customer")
        assert await told(story.robin, "POST", f"moves/here/{move_id}/{path}", said) == (403, "forbidden")
    assert await told(story.ana, "GET", "moves/here") == (409, "only-the-customer")
    assert (await story.ana.token())["proposed_seller"] is None
