"""A visit is one line: who was there, for how long, why, and what they did (P30, D11)."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.audit.personal_data.service import erase_person
from shared.events import Actor, Event, Via
from shared.events.grants import Grant
from shared.events.identity import OnBehalfEnded, OnBehalfStarted
from tests.audit.harness import NOON, AuditHarness, contact, counts, user_actor
from tests.audit.test_names import called
from tests.contracts.openapi import check_answer, operation_at

VISITS = "/api/audit/visits"
TOM = "tom@meridian.example"


class Visiting:
    """Tom works on behalf of a workspace, in a browser session of its own."""

    def __init__(self, workspace_id: UUID, user_id: UUID | None = None, begins: int = 0) -> None:
        self.workspace_id, self.user_id, self.session_id = workspace_id, user_id or uuid4(), uuid4()
        self.began_at = NOON + timedelta(minutes=begins)
        actor = user_actor(self.user_id, TOM, Via.on_behalf)
        self.actor = actor.model_copy(update={"session_id": self.session_id})
        grant = Grant(grant_id=uuid4(), workspace_id=workspace_id, role="regular", source="on_behalf",
                      session_id=self.session_id)  # fmt: skip
        self.said: dict[str, Any] = {
            "workspace_id": workspace_id, "user_id": self.user_id, "grant": grant, "home_workspace_id": uuid4(),
            "from_version": 1, "to_version": 2, "given_reason": "Case 4711",
        }  # fmt: skip

    def began(self) -> Event:
        return OnBehalfStarted(**self.said, actor=self.actor, occurred_at=self.began_at)

    def ended(self, minutes: int = 12, actor: Actor | None = None, **said: Any) -> Event:
        told = {"reason": "ended", "started_at": self.began_at} | said
        return OnBehalfEnded(
            **self.said, **told, actor=actor or self.actor, occurred_at=self.began_at + timedelta(minutes=minutes)
        )

    def did(self, minutes: int = 5) -> Event:
        at = self.began_at + timedelta(minutes=minutes)
        return contact(self.workspace_id, self.actor, "ops@meridian.example").model_copy(update={"occurred_at": at})


async def read(caller: Any, path: str = "", status: int = 200) -> Any:
    answer = await caller.http.get(f"{VISITS}{path}")
    check_answer(operation_at("GET", f"{VISITS}/{{visit_id}}" if path.startswith("/") else VISITS), status,
                 answer.headers, answer.content)  # fmt: skip
    assert answer.status_code == status
    return answer.json()


@pytest.mark.rule("P30")
async def test_a_visit_says_who_was_there_for_how_long_why_and_what_they_did(run: Any) -> None:
    running = await run("audit")
    jonas, log = await running.caller("admin"), AuditHarness(running.database)
    visit = Visiting(jonas.workspace_id)
    other = Visiting(jonas.workspace_id, visit.user_id)  # the same person in another browser meanwhile
    await log.keep(visit.did(), visit.began(), other.did(), visit.did(6), visit.ended())
    await log.keep(visit.did(13), called(jonas.workspace_id, visit.user_id, "Tom Becker"))

    [found] = (await read(jonas))["items"]

    assert found["user"] == {"id": str(visit.user_id), "address": TOM, "display_name": "Tom Becker"}
    assert (found["role"], found["reason"], found["end"]) == ("regular", "Case 4711", "ended")
    assert (found["started_at"], found["ended_at"]) == ("2026-11-22T12:00:00Z", "2026-11-22T12:12:00Z")
    assert (found["deeds"], found["more"]) == ([{"action": "identity.contact_added", "times": 2}], False)
    told = await read(jonas, f"/{found['id']}")
    assert [each["action"] for each in told["entries"]] == ["identity.contact_added"] * 2
    assert {key: value for key, value in told.items() if key != "entries"} == found


@pytest.mark.rule("P30")
async def test_visits_come_newest_first_page_by_page(run: Any) -> None:
    running = await run("audit")
    jonas, log = await running.caller("admin"), AuditHarness(running.database)
    visits = [Visiting(jonas.workspace_id, begins=60 * number) for number in range(3)]
    await log.keep(*(each.ended() for each in visits), counts(jonas.workspace_id))

    first = await read(jonas, "?limit=2")
    second = await read(jonas, f"?limit=2&cursor={first['next']}")

    assert [each["user"]["id"] for each in first["items"] + second["items"]] == [
        str(each.user_id) for each in reversed(visits)
    ]
    assert second["next"] is None


@pytest.mark.rule("P30")
async def test_of_a_visit_of_before_it_is_not_known_what_was_done(run: Any) -> None:
    running = await run("audit")
    jonas, log = await running.caller("admin"), AuditHarness(running.database)
    visit = Visiting(jonas.workspace_id)
    await log.keep(visit.did(), visit.ended(started_at=None, reason="revoked", actor=Actor()))

    [found] = (await read(jonas))["items"]

    assert (found["started_at"], found["deeds"], found["user"]["address"]) == (None, None, None)
    assert (await read(jonas, f"/{found['id']}"))["entries"] == []


@pytest.mark.rule("P30")
async def test_more_than_is_counted_is_said(run: Any) -> None:
    running = await run("audit")
    jonas, log = await running.caller("admin"), AuditHarness(running.database)
    visit = Visiting(jonas.workspace_id)
    await log.keep(visit.began(), *(visit.did() for _ in range(205)), visit.ended())

    [found] = (await read(jonas))["items"]

    assert (found["deeds"], found["more"]) == ([{"action": "identity.contact_added", "times": 200}], True)


@pytest.mark.rule("D27", "P30")
async def test_a_visit_of_somebody_who_was_erased_stays_without_their_data(run: Any) -> None:
    running = await run("audit")
    jonas, log = await running.caller("admin"), AuditHarness(running.database)
    visit = Visiting(jonas.workspace_id)
    await log.keep(visit.began(), visit.did(), visit.ended())
    async with running.database.owner.begin() as session:
        await erase_person(session, visit.user_id)

    [found] = (await read(jonas))["items"]

    assert (found["user"]["address"], found["user"]["display_name"]) == (None, None)
    assert found["deeds"] == [{"action": "identity.contact_added", "times": 1}]


@pytest.mark.rule("K15", "P30")
async def test_others_see_their_own_visits_alone_and_no_other_entry_is_one(run: Any) -> None:
    running = await run("audit")
    jonas, log = await running.caller("admin"), AuditHarness(running.database)
    regular = await running.caller("regular", workspace_id=jonas.workspace_id)
    visit, own = Visiting(jonas.workspace_id), Visiting(jonas.workspace_id, regular.user_id)
    await log.keep(visit.did(), visit.ended(), own.ended())
    ids = {each["user"]["id"]: each["id"] for each in (await read(jonas))["items"]}

    found = (await read(regular))["items"]

    assert [each["user"]["id"] for each in found] == [str(regular.user_id)]
    await read(regular, f"/{ids[str(visit.user_id)]}", 404)
    entry = (await jonas.http.get("/api/audit/entries?action=identity.contact_added")).json()["items"][0]
    await read(jonas, f"/{entry['id']}", 404)
