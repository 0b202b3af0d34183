"""Two requests at once, where one ends the right on which the other one is decided. Whoever comes second is refused,
nothing is left that nobody gave, and nobody gets an error."""

import asyncio

import pytest

from services.identity.grants.locks import lock_person, lock_workspace
from services.identity.grants.service import find_membership, give_grant
from shared.events import Actor
from shared.outbox import Cause, transaction
from tests.identity.harness import ANA, TOM, Person, Request, Story, at_once

ROUNDS = range(40)
KIM = "kim@meridian.example"


class Race:
    """Requests of several people that are sent at the same time."""

    def __init__(self, story: Story) -> None:
        self.story, self.identity = story, story.identity

    async def run(self, *requests: Request) -> list[int]:
        """The status of each request, after which all invariants hold."""
        statuses = await at_once(*requests)
        assert await self.identity.problems() == []
        return statuses

    async def promote(self, *people: Person) -> None:
        for person in people:
            answer = await self.story.ana.ask("PATCH", f"users/{await person.user_id()}", {"role": "admin"})
            assert answer.status_code == 200, answer.text

    async def join(self, person: Person, role: str) -> None:
        """Membership of Meridian, for somebody who was removed."""
        rows = await self.identity.sql(
            "SELECT u.id, w.workspace_id FROM users u, workspaces w WHERE u.address = :a AND w.kind = 'partner'",
            a=person.address,
        )
        found, cause = rows[0], Cause(Actor(), self.identity.runtime.clock.now())
        worker = self.identity.runtime.worker_sessions
        async with transaction(worker, cause, workspace_id=found["workspace_id"]) as session:
            workspace = await lock_workspace(session, found["workspace_id"])
            user = await lock_person(session, found["id"])
            if await find_membership(session, user.id, workspace.id) is None:
                await give_grant(session, user.id, workspace, role, "membership", cause.now)

    async def order_of(self, *facts: tuple[str, str, str]) -> list[int]:
        """Where the newest event of each name, actor and person is in the outbox."""
        query = (
            "SELECT max(id) AS place FROM outbox WHERE routing_key = :name"
            " AND body::jsonb->'actor'->>'address' = :actor AND coalesce(body::jsonb->>'user_id', '') LIKE :about"
        )
        rows = [await self.identity.sql(query, name=f"identity.{n}", actor=a, about=p) for n, a, p in facts]
        return [row[0]["place"] for row in rows]


@pytest.fixture
def race(story: Story) -> Race:
    return Race(story)


@pytest.fixture
async def kim(story: Story) -> Person:
    """A third admin of Meridian."""
    await story.ana.post("invitations", {"address": KIM, "display_name": "Kim", "role": "admin"})
    return await story.identity.accept(KIM)


@pytest.mark.rule("P25", "D14")
@pytest.mark.parametrize("end", ["PATCH", "DELETE"])
async def test_an_admin_who_enters_a_customer_while_being_demoted_or_removed_keeps_no_right_in_it(
    race: Race, story: Story, end: str
) -> None:
    tom = await story.tom.user_id()
    body = {"role": "regular"} if end == "PATCH" else None
    for _ in ROUNDS:
        await race.promote(story.tom)

        _, ended = await race.run(
            (story.tom, "POST", "on-behalf", {"workspace": "northwind-logistics"}),
            (story.ana, end, f"users/{tom}", body),
        )

        assert ended in (200, 204)
        assert await race.identity.sql("SELECT id FROM grants WHERE source = 'on_behalf'") == []
        await race.join(story.tom, "regular")


@pytest.mark.rule("P24", "D14")
async def test_a_linked_user_who_enters_while_the_link_is_revoked_keeps_no_right(race: Race, story: Story) -> None:
    for _ in ROUNDS:
        link = await story.link_tom()

        entered, ended = await race.run(
            (story.tom, "POST", "on-behalf", {"workspace": "northwind-logistics"}),
            (story.ana, "DELETE", f"links/{link['id']}", None),
        )

        assert (entered in (200, 404), ended) == (True, 204)
        assert await race.identity.sql("SELECT id FROM grants WHERE source IN ('on_behalf', 'link')") == []


@pytest.mark.rule("P17", "P24")
async def test_a_link_that_is_changed_and_revoked_twice_at_once_is_gone(race: Race, story: Story, kim: Person) -> None:
    for _ in ROUNDS:
        link = await story.link_tom()

        changed, *ended = await race.run(
            (story.ana, "PATCH", f"links/{link['id']}", {"role": "regular"}),
            (kim, "DELETE", f"links/{link['id']}", None),
            (story.ana, "DELETE", f"links/{link['id']}", None),
        )

        assert changed in (200, 404)
        assert sorted(ended) == [204, 404]


@pytest.mark.rule("P14", "D14")
async def test_nobody_is_linked_while_being_removed(race: Race, story: Story, kim: Person) -> None:
    tom = str(await story.tom.user_id())
    for _ in ROUNDS:
        linked, removed = await race.run(
            (story.ana, "POST", "links", {"customer_id": story.northwind, "user_id": tom}),
            (kim, "DELETE", f"users/{tom}", None),
        )

        assert (linked in (201, 404), removed) == (True, 204)
        assert await race.identity.sql("SELECT id FROM grants WHERE source = 'link'") == []
        await race.join(story.tom, "regular")


@pytest.mark.rule("K24", "D15")
async def test_who_loses_the_right_to_change_roles_changes_none_afterwards(
    race: Race, story: Story, kim: Person
) -> None:
    tom, third = str(await story.tom.user_id()), str(await kim.user_id())
    for _ in ROUNDS:
        await race.promote(story.tom, kim)

        demoted, by_tom = await race.run(
            (story.ana, "PATCH", f"users/{tom}", {"role": "regular"}),
            (story.tom, "PATCH", f"users/{third}", {"role": "regular"}),
        )

        assert (demoted, by_tom in (200, 403)) == (200, True)
        if by_tom == 200:
            last, first = await race.order_of(("access_changed", ANA, tom), ("access_changed", TOM, third))
            assert first < last


@pytest.mark.rule("D15")
async def test_two_admins_who_demote_each_other_leave_one(race: Race, story: Story) -> None:
    """Ana, who is the account's holder, stays in any case: Tom's request is refused for that, or for his lost role."""
    ana, tom = await story.ana.user_id(), await story.tom.user_id()
    for _ in ROUNDS:
        await race.promote(story.tom)

        statuses = await race.run(
            (story.ana, "PATCH", f"users/{tom}", {"role": "regular"}),
            (story.tom, "PATCH", f"users/{ana}", {"role": "regular"}),
        )

        assert statuses[0] == 200
        assert statuses[1] in (403, 409)


@pytest.mark.rule("D3")
async def test_who_loses_the_right_to_invite_invites_nobody_afterwards(race: Race, story: Story) -> None:
    tom = str(await story.tom.user_id())
    for number in ROUNDS:
        await race.promote(story.tom)
        asked = {"address": f"guest-{number}@meridian.example", "display_name": "Guest", "role": "regular"}

        demoted, invited = await race.run(
            (story.ana, "PATCH", f"users/{tom}", {"role": "regular"}), (story.tom, "POST", "invitations", asked)
        )

        assert (demoted, invited in (201, 403)) == (200, True)
        if invited == 201:
            last, first = await race.order_of(("access_changed", ANA, tom), ("invitation_sent", TOM, "%"))
            assert first < last


@pytest.mark.rule("D3")
async def test_who_loses_the_right_to_invite_takes_no_invitation_back_afterwards(race: Race, story: Story) -> None:
    tom = str(await story.tom.user_id())
    for number in ROUNDS:
        await race.promote(story.tom)
        asked = {"address": f"guest-{number}@meridian.example", "display_name": "Guest", "role": "regular"}
        invitation = await story.ana.post("invitations", asked)

        demoted, revoked = await race.run(
            (story.ana, "PATCH", f"users/{tom}", {"role": "regular"}),
            (story.tom, "POST", f"invitations/{invitation['id']}/revoke", None),
        )

        assert (demoted, revoked in (200, 403)) == (200, True)
        if revoked == 200:
            last, first = await race.order_of(("access_changed", ANA, tom), ("invitation_revoked", TOM, "%"))
            assert first < last


@pytest.mark.rule("D3", "D16")
async def test_an_invitation_is_accepted_or_revoked_not_both(race: Race, story: Story) -> None:
    tom = await story.tom.user_id()
    asked = {"address": TOM, "display_name": "Tom", "role": "regular"}
    for _ in ROUNDS:
        invitation = await story.jonas.post("invitations", asked)
        mail = [mail for mail in await race.identity.mails(TOM) if mail.kind == "invitation"][-1]
        accept = {"token": mail.token, "browser": story.tom.browser, "session": story.tom.session}

        accepted, revoked = await asyncio.gather(
            race.identity.http.post("/api/identity/sign-in-challenges/invited", json=accept),
            story.jonas.ask("POST", f"invitations/{invitation['id']}/revoke"),
        )

        assert sorted((accepted.status_code, revoked.status_code)) in ([200, 409], [200, 410])
        assert await race.identity.problems() == []
        if accepted.status_code == 200:
            assert (await story.jonas.ask("DELETE", f"users/{tom}")).status_code == 204
