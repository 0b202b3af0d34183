"""The flows of people: signing in, joining, being let in and shut out, contacts, mails."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

import httpx

from deploy.waiting import eventually
from tests.faults.matrix.flows import CHANGES, Flow, count_events, once
from tests.faults.matrix.world import World
from tests.faults.orders import PATIENCE_SECONDS
from tests.harness.installation import DemoUser, real_now

CHALLENGES = "/api/identity/sign-in-challenges"
INVITATIONS = "/api/identity/invitations"
REQUESTS = "/api/identity/access-requests"
LETTERS = str.maketrans("0123456789", "ghijklmnop")


def new_word() -> str:
    """Letters alone: a name with many digits is taken for one with a phone number, and refused."""
    return uuid4().hex.translate(LETTERS)


def new_addresses() -> list[str]:
    run = uuid4().hex[:10]
    return [f"person-{number}.{run}@faultline.example" for number in range(CHANGES)]


async def invite(world: World, address: str) -> None:
    body = {"address": address, "display_name": "Robin Faulk", "role": "regular"}
    await world.insist(world.admin, "POST", INVITATIONS, body)


async def accept(world: World, address: str, invited_at: datetime) -> DemoUser:
    """Follow an invitation. Whose redeeming was not answered signs in: what was done is done."""
    person, http = world.installed.user(address), world.installed.site
    token = await http.mail_to(address, r"/invite\?t=([\w-]+)", invited_at)
    asked_at = real_now()
    followed = {"token": token, "browser": person.browser}
    accepted = await world.insist(None, "POST", f"{CHALLENGES}/invited", followed)
    code = await http.mail_to(address, r"Code: (\d{6})\b", asked_at)
    proof = {"browser": person.browser, "device": person.browser, "code": code}
    redeem = f"{CHALLENGES}/{accepted['challenge_id']}/redeem"
    redeemed = await world.insist(None, "POST", redeem, proof, also=(400, 404, 409, 410, 422))
    if redeemed is None:
        await person.sign_in()
    else:
        person._session, person._token_at = redeemed["session"], 0.0
    return person


async def the_people(world: World) -> list[DemoUser]:
    """Thirty users of the company, signed in; made at the first call."""
    if not world.people:
        addresses, invited_at = new_addresses(), real_now()
        for address in addresses:
            await invite(world, address)
        world.people = list(await asyncio.gather(*(accept(world, address, invited_at) for address in addresses)))
    return world.people


class SigningIn(Flow):
    name, event, publisher = "sign-in link", "notifications.on.secret_mail", "identity"
    listener = "notifications.on.secret_mail"
    often = False  # a job sends many at once

    async def prepare(self, world: World) -> Sequence[tuple[DemoUser, str]]:
        return [(person, uuid4().hex) for person in await the_people(world)]

    async def change(self, world: World, item: tuple[DemoUser, str]) -> None:
        person, browser = item
        await world.insist(None, "POST", CHALLENGES, {"address": person.address, "browser": browser})

    async def check(self, world: World, items: Sequence[tuple[DemoUser, str]]) -> None:
        """Each mail can be signed in with, once. Who asked twice has the newer one."""
        for person, browser in items:
            query = "SELECT id FROM sign_in_challenges WHERE address = $1 ORDER BY created_at DESC LIMIT 1"
            [row] = await world.rows("identity", query, person.address)
            mails = await world.installed.mails(person.address)
            code = next(part for part in mails[0]["text"].split("Code: ")[1:])[:6]
            proof = {"browser": browser, "device": person.browser, "code": code}
            http, path = world.installed.site.http, f"{CHALLENGES}/{row['id']}/redeem"
            answers: list[httpx.Response] = [await http.post(path, json=proof) for _ in range(2)]
            assert answers[0].is_success, answers[0].text
            assert answers[1].is_client_error


class Joining(Flow):
    name, event, publisher = "invitation to membership", "identity.invitation_accepted", "identity"
    listener = "provisioning.on.access"

    async def prepare(self, world: World) -> Sequence[tuple[str, datetime]]:
        addresses, invited_at = new_addresses(), real_now()
        for address in addresses:
            await invite(world, address)
        for address in addresses:
            await world.installed.site.mail_to(address, r"/invite\?t=([\w-]+)", invited_at)
        return [(address, invited_at) for address in addresses]

    async def change(self, world: World, item: tuple[str, datetime]) -> None:
        await accept(world, *item)

    async def check(self, world: World, items: Sequence[tuple[str, datetime]]) -> None:
        addresses = [address for address, _ in items]
        rows = await world.rows(
            "identity",
            "SELECT u.address, count(g.id), min(i.state) AS state, min(i.id::text) AS invitation FROM users u"
            " JOIN grants g ON g.user_id = u.id JOIN invitations i ON i.address = u.address"
            " WHERE u.address = ANY($1) GROUP BY 1",
            addresses,
        )
        assert {row["address"]: (row["count"], row["state"]) for row in rows} == dict.fromkeys(
            addresses, (1, "accepted")
        )
        ids = [row["invitation"] for row in rows]
        assert await count_events(world, "identity", self.event, "invitation_id", ids) == once(ids)


async def ids_of(world: World, people: Sequence[DemoUser]) -> dict[str, str]:
    query = "SELECT address, id::text FROM users WHERE address = ANY($1)"
    rows = await world.rows("identity", query, [person.address for person in people])
    return {row["address"]: row["id"] for row in rows}


async def ask_and_approve(world: World, person: DemoUser, user_id: str) -> None:
    workspace_id = world.workspaces[world.other_admin.address]
    await world.insist(person, "POST", REQUESTS, {"workspace": workspace_id}, also=(409,))

    async def pending() -> str | None:
        query = "SELECT id::text FROM access_requests WHERE user_id = $1 AND workspace_id = $2" \
            " ORDER BY asked_at DESC LIMIT 1"  # fmt: skip
        rows = await world.rows("identity", query, user_id, workspace_id)
        return rows[0]["id"] if rows else None

    request_id = await eventually(pending, "the request", seconds=PATIENCE_SECONDS)
    await world.insist(world.other_admin, "POST", f"{REQUESTS}/{request_id}/approve", also=(409,))


async def shut_out(world: World, user_id: str) -> None:
    await world.insist(world.other_admin, "DELETE", f"/api/identity/users/{user_id}", also=(404,))


_GRANTS = "SELECT user_id::text, count(*) FROM grants WHERE workspace_id = $1 AND user_id = ANY($2::uuid[]) GROUP BY 1"


async def let_in(world: World, ids: Sequence[str]) -> dict[str, int]:
    """How many grants these people have in the company that they ask."""
    rows = await world.rows("identity", _GRANTS, world.workspaces[world.other_admin.address], ids)
    return {row["user_id"]: row["count"] for row in rows}


class Asking(Flow):
    name, event, publisher = "access request to approval", "identity.access_request_approved", "identity"
    listener = "notifications.on.identity.access_request_approved"

    async def prepare(self, world: World) -> Sequence[tuple[DemoUser, str]]:
        people = await the_people(world)
        ids = await ids_of(world, people)
        for user_id in await let_in(world, list(ids.values())):
            await shut_out(world, user_id)
        self.before = await self._approved(world, list(ids.values()))
        return [(person, ids[person.address]) for person in people]

    async def change(self, world: World, item: tuple[DemoUser, str]) -> None:
        await ask_and_approve(world, *item)

    async def check(self, world: World, items: Sequence[tuple[DemoUser, str]]) -> None:
        ids = [user_id for _, user_id in items]
        assert await let_in(world, ids) == once(ids)
        assert await self._approved(world, ids) == {user_id: count + 1 for user_id, count in self.before.items()}

    async def _approved(self, world: World, ids: list[str]) -> dict[str, int]:
        return await count_events(world, "identity", self.event, "user_id", ids)


class Revoking(Flow):
    name, event, publisher = "access revoked", "identity.access_revoked", "identity"
    listener = "billing.on.access"

    async def prepare(self, world: World) -> Sequence[str]:
        people = await the_people(world)
        ids = await ids_of(world, people)
        there = await let_in(world, list(ids.values()))
        for person in people:
            if ids[person.address] not in there:
                await ask_and_approve(world, person, ids[person.address])
        self.before = await self._revoked(world, list(ids.values()))
        return list(ids.values())

    async def change(self, world: World, item: str) -> None:
        await shut_out(world, item)

    async def check(self, world: World, items: Sequence[str]) -> None:
        """The copies of grants that the other services decide by are compared by `portico verify`."""
        assert await let_in(world, items) == {}
        assert await self._revoked(world, items) == {user_id: count + 1 for user_id, count in self.before.items()}

    async def _revoked(self, world: World, ids: Sequence[str]) -> dict[str, int]:
        return await count_events(world, "identity", self.event, "user_id", ids)


class ChangingContacts(Flow):
    """Ten contacts, each renamed three times, so that order shows."""

    name, event, publisher = "contact change", "identity.contact_changed", "identity"
    listener = "notifications.on.identity.contact_changed"

    async def prepare(self, world: World) -> Sequence[tuple[str, list[str]]]:
        if "contacts" not in world.kept:
            bodies = [self._body(f"Desk {number}") for number in range(CHANGES // 3)]
            made = [await world.insist(world.admin, "POST", "/api/identity/contacts", body) for body in bodies]
            world.kept["contacts"] = [contact["id"] for contact in made]
        run = new_word()[:8]
        return [(id_, [f"Desk {run} {number}" for number in range(3)]) for id_ in world.kept["contacts"]]

    def _body(self, name: str) -> dict[str, Any]:
        return {"kind": "technical", "address": "desk@faultline.example", "display_name": name}

    async def change(self, world: World, item: tuple[str, list[str]]) -> None:
        contact_id, names = item
        for name in names:
            await world.insist(world.admin, "PUT", f"/api/identity/contacts/{contact_id}", self._body(name))

    async def check(self, world: World, items: Sequence[tuple[str, list[str]]]) -> None:
        ids = [contact_id for contact_id, _ in items]
        originals = await world.rows(
            "identity", "SELECT id::text, display_name FROM contacts WHERE id = ANY($1::uuid[])", ids
        )
        assert {row["id"]: row["display_name"] for row in originals} == {id_: names[-1] for id_, names in items}
        copies = "SELECT contact_id::text AS id, display_name FROM company_contacts WHERE contact_id = ANY($1::uuid[])"
        copied = {row["id"]: row["display_name"] for row in await world.rows("notifications", copies, ids)}
        assert copied == {id_: names[-1] for id_, names in items}, "the last change has won"


class Mailing(Flow):
    """Thirty invitations, each of which is one mail."""

    name, event, publisher = "notification send", "notifications.message_sent", "notifications"
    listener = "audit.on.all"

    async def prepare(self, world: World) -> Sequence[str]:
        return new_addresses()

    async def change(self, world: World, item: str) -> None:
        await invite(world, item)

    async def check(self, world: World, items: Sequence[str]) -> None:
        query = "SELECT id::text FROM invitations WHERE address = ANY($1)"
        facts = [row["id"] for row in await world.rows("identity", query, items)]
        assert len(facts) == len(items)
        query = "SELECT id::text FROM messages WHERE fact_id = ANY($1::uuid[])"
        messages = [row["id"] for row in await world.rows("notifications", query, facts)]
        assert len(messages) == len(items)
        assert await count_events(world, "notifications", self.event, "message_id", messages) == once(messages)
        for address in items:
            assert len({mail["message_id"] for mail in await world.installed.mails(address)}) == 1
