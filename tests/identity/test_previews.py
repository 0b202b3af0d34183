"""Previews: staff of the provider see what the visitors of a bill group see (O44, D25)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.identity.handlers import copy_bill_group
from services.identity.jobs import expire_previews
from shared.events.billing import BillGroupCreated
from tests.identity.harness import ROBIN, Person, Story, add_customer, at_once

KIM = "kim@larkspur.example"
GRANTS = "SELECT id FROM grants WHERE source = 'preview'"


@dataclass
class Previews:
    """Northwind, a customer of the partner Meridian, has a bill group; Kim is support at the provider."""

    story: Story
    kim: Person
    group: str

    def asked(self, **changes: Any) -> dict[str, Any]:
        return {"workspace_id": self.story.northwind, "bill_group_id": self.group} | changes

    async def open(self, person: Person | None = None, **options: Any) -> Any:
        return await (person or self.kim).ask("POST", "previews", self.asked(), **options)

    async def let_it_end(self) -> None:
        """Real time cannot be moved: the end is."""
        await self.story.identity.sql(
            "UPDATE grants SET expires_at = date_trunc('second', now()) WHERE source = 'preview'"
        )

    async def events(self, name: str) -> list[dict[str, Any]]:
        return await self.story.identity.events(name)


async def add_group(story: Story, workspace_id: str, name: str = "Berlin") -> str:
    id_ = uuid4()
    said: dict[str, Any] = {"workspace_id": UUID(workspace_id), "currency": "EUR", "is_default": True}
    await story.identity.hear(copy_bill_group, BillGroupCreated(**said, bill_group_id=id_, display_name=name))
    return str(id_)


async def join(story: Story, address: str, role: str) -> Person:
    await story.robin.post("invitations", {"address": address, "display_name": "Kim", "role": role})
    return await story.identity.accept(address)


@pytest.fixture
async def previews(story: Story) -> Previews:
    return Previews(story, await join(story, KIM, "support"), await add_group(story, story.northwind))


@pytest.mark.rule("O44", "D25")
async def test_a_preview_has_the_rights_of_a_visitor_of_the_group_and_is_filed_with_the_customer(
    previews: Previews,
) -> None:
    opened = await previews.open()
    here = await previews.kim.token()
    ended = await previews.kim.ask("POST", "previews/end")

    assert (opened.status_code, opened.json()["workspace"]["id"]) == (200, previews.story.northwind)
    assert (here["via"], here["roles"]) == ("preview", ["billing"])
    assert (here["workspace"]["id"], here["home_workspace"]["slug"]) == (previews.story.northwind, "larkspur")
    assert (here["preview"]["bill_group_id"], here["preview"]["bill_group_name"]) == (previews.group, "Berlin")
    left = datetime.fromisoformat(here["preview"]["expires_at"]) - datetime.now(UTC)
    assert timedelta(minutes=14) < left <= timedelta(minutes=15)
    assert ended.status_code == 204
    for name in ("preview_opened", "preview_ended"):
        (event,) = await previews.events(name)
        assert (event["workspace_id"], event["bill_group_id"]) == (previews.story.northwind, previews.group)
        assert (event["actor"]["address"], event["actor"]["via"]) == (KIM, "preview")
    assert event["reason"] == "ended"
    after = await previews.kim.token()
    assert (after["via"], after["workspace"]["slug"], after["preview"]) == ("self", "larkspur", None)
    assert await previews.story.identity.problems() == []


@pytest.mark.rule("O44")
async def test_a_group_that_is_not_of_a_customer_below_is_not_there(previews: Previews) -> None:
    story = previews.story
    _, _ = await add_customer(story.ana, "Tidewater Labs", "kai@tidewater.example")
    partner = str((await story.ana.token())["workspace"]["id"])
    own = str((await story.robin.token())["workspace"]["id"])
    tidewater = str((await story.ana.get("customers"))["items"][-1]["id"])
    foreign = await add_group(story, tidewater)
    tried = [
        previews.asked(bill_group_id=str(uuid4())),
        previews.asked(workspace_id=str(uuid4())),
        previews.asked(workspace_id=partner),
        previews.asked(workspace_id=own),
        previews.asked(bill_group_id=foreign) if tidewater != story.northwind else previews.asked(bill_group_id=own),
    ]

    answers = [await previews.kim.ask("POST", "previews", body) for body in tried]
    of_partner = await previews.open(story.ana)

    assert {answer.status_code for answer in answers} == {404}
    assert of_partner.status_code == 403, "the provider's staff alone"
    assert await story.identity.sql(GRANTS) == []


@pytest.mark.rule("O44")
async def test_a_customer_that_nobody_signed_up_for_is_previewed_too(previews: Previews) -> None:
    story = previews.story
    made = await story.robin.post("customers", {"display_name": "Fernhill"})
    group = await add_group(story, made["id"])

    opened = await previews.kim.ask("POST", "previews", {"workspace_id": made["id"], "bill_group_id": group})

    assert opened.status_code == 200
    assert (await previews.kim.token())["workspace"]["slug"] == "fernhill"


@pytest.mark.rule("D25")
async def test_a_preview_changes_nothing_not_even_ones_own_things(previews: Previews) -> None:
    await previews.open()

    for method, path, body in (
        ("PATCH", "me", {"display_name": "Kim K."}),
        ("POST", "sessions/revoke-others", None),
        ("POST", "previews", previews.asked()),
        ("POST", "on-behalf/end", None),
    ):
        answer = await previews.kim.ask(method, path, body)
        assert (answer.status_code, answer.json()["type"]) == (403, "/problems/read-only-preview"), path
    assert (await previews.kim.ask("GET", "me")).status_code == 200


@pytest.mark.rule("D25")
async def test_a_preview_is_over_in_every_service_when_its_time_is(previews: Previews) -> None:
    await previews.open()
    (grant,) = await previews.story.identity.sql("SELECT expires_at FROM grants WHERE source = 'preview'")
    soon = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=30)
    await previews.story.identity.sql("UPDATE grants SET expires_at = :at WHERE source = 'preview'", at=soon)
    told = await previews.kim.token()
    await previews.let_it_end()
    after = await previews.kim.token()

    assert grant["expires_at"].microsecond == 0
    assert datetime.fromisoformat(told["expires_at"]) <= soon, "its tokens live no longer than it"
    assert (after["via"], after["workspace"]["slug"]) == ("self", "larkspur")
    assert after["ended"] == {"reason": "preview_over", "workspace_display_name": "Northwind Logistics"}
    assert await previews.story.identity.work(expire_previews) == 1
    assert [event["reason"] for event in await previews.events("preview_ended")] == ["expired"]
    assert (await previews.kim.token())["ended"] == after["ended"], "until they have seen it"
    await previews.kim.open_page()
    assert (await previews.kim.token())["ended"] is None
    assert await previews.story.identity.problems() == []


@pytest.mark.rule("D25")
async def test_a_page_of_a_preview_that_is_over_does_not_act_as_a_user_of_the_customer(previews: Previews) -> None:
    story = previews.story
    await story.jonas.post("invitations", {"address": KIM, "display_name": "Kim", "role": "admin"})
    token = [mail for mail in await story.identity.mails(KIM) if mail.kind == "invitation"][-1].token
    followed = {"token": token, "browser": previews.kim.browser, "session": previews.kim.session}
    assert (await story.identity.http.post("/api/identity/sign-in-challenges/invited", json=followed)).is_success
    await previews.kim.post("sessions/switch", {"workspace": "larkspur"})
    await previews.open()
    assert (await previews.kim.token())["roles"] == ["billing"]

    await previews.let_it_end()

    assert (await previews.kim.token())["workspace"]["slug"] == "larkspur"


@pytest.mark.rule("D12", "D25")
async def test_switching_signing_out_and_working_on_behalf_end_a_preview(previews: Previews) -> None:
    story, robin = previews.story, previews.story.robin
    of_home = (await robin.token())["access_token"]
    await previews.open(robin)
    await robin.post("sessions/switch", {"workspace": "larkspur"})
    await previews.open(robin, token=of_home)
    await previews.open(robin, token=of_home)
    await robin.ask("POST", "on-behalf", {"workspace": "meridian-partners"}, token=of_home)
    assert (await robin.token())["via"] == "on_behalf"
    await previews.open(robin, token=of_home)
    await story.identity.http.post("/api/identity/sessions/end", json={"session": robin.session})

    reasons = [event["reason"] for event in await previews.events("preview_ended")]
    assert reasons == ["ended", "replaced", "replaced", "ended"]
    assert await story.identity.sql(GRANTS) == []
    assert await story.identity.problems() == []


@pytest.mark.rule("D25")
async def test_a_token_of_work_on_behalf_does_not_write_under_the_grant_of_a_preview(previews: Previews) -> None:
    story, robin = previews.story, previews.story.robin
    made, _ = await add_customer(robin, "Fernhill", "mia@fernhill.example")
    group = await add_group(story, made)
    of_home = (await robin.token())["access_token"]
    await robin.post("on-behalf", {"workspace": "fernhill"})
    on_behalf = (await robin.token())["access_token"]
    await robin.ask("POST", "previews", {"workspace_id": made, "bill_group_id": group}, token=of_home)

    stale = await robin.ask("PATCH", "me", {"display_name": "Robin R."}, token=on_behalf)

    assert stale.status_code == 403


@pytest.mark.rule("D25", "P10")
async def test_a_preview_is_no_activity(previews: Previews) -> None:
    story = previews.story
    seen = "SELECT last_seen_at FROM sessions WHERE previewing_from IS NOT NULL"
    active = "SELECT workspace_id, last_activity_at FROM customer_overview ORDER BY 1"
    await previews.open()
    before = await story.identity.sql(seen), await story.identity.sql(active)
    story.identity.move_clock(timedelta(hours=1))

    await previews.kim.open_page()

    assert (await story.identity.sql(seen), await story.identity.sql(active)) == before
    assert len(before[0]) == 1


@pytest.mark.rule("D14", "D25")
@pytest.mark.parametrize("end", ["PATCH", "DELETE"])
async def test_who_loses_the_right_while_opening_a_preview_keeps_none(previews: Previews, end: str) -> None:
    story = previews.story
    kim = await previews.kim.user_id()
    body = {"role": "member"} if end == "PATCH" else None
    for _ in range(40):
        _, ended = await at_once(
            (previews.kim, "POST", "previews", previews.asked()), (story.robin, end, f"users/{kim}", body)
        )

        assert ended in (200, 204)
        assert await story.identity.sql(GRANTS) == []
        assert await story.identity.problems() == []
        if end == "DELETE":
            previews.kim = await join(story, KIM, "support")
        else:
            await story.robin.ask("PATCH", f"users/{kim}", {"role": "support"})
            await previews.kim.open_page()


@pytest.mark.rule("D25")
async def test_a_new_role_that_shows_previews_keeps_the_open_one(previews: Previews) -> None:
    await previews.open()

    await previews.story.robin.ask("PATCH", f"users/{await previews.kim.user_id()}", {"role": "regular"})

    assert (await previews.kim.token())["via"] == "preview"
    (told,) = await previews.events("preview_opened")
    assert told["actor"]["address"] != ROBIN
