"""The portal of a bill group in tests: its state as billing tells it, and people who sign in through its link."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx

from services.identity.handlers import copy_bill_group
from services.identity.jobs import close_portals
from shared.events.billing import BillGroupCreated, BillGroupUpdated
from tests.identity.harness import IdentityHarness, Person, Story, mail_challenges

EVA = "eva.klein@northwind.example"


@dataclass
class GroupPortal:
    """A bill group of Northwind, whose seller's admin is Ana."""

    story: Story
    id: str
    key: str = ""
    version: int = 1

    @property
    def identity(self) -> IdentityHarness:
        return self.story.identity

    @property
    def rules(self) -> str:
        return f"access-rules/{self.story.northwind}/{self.id}"

    def _says(self) -> dict[str, Any]:
        return {"workspace_id": UUID(self.story.northwind), "bill_group_id": UUID(self.id), "display_name": "Berlin",
                "currency": "EUR", "is_default": False, "subject_version": self.version}  # fmt: skip

    async def set(self, **state: bool) -> None:
        """What billing says of the group now. A portal that closes lets its visitors go."""
        self.version += 1
        found = {"is_closed": False, "portal_on": True, "paying_on": True, "has_contract": True, "owes": False} | state
        await self.identity.hear(copy_bill_group, BillGroupUpdated(**self._says(), **found))
        await self.identity.work(close_portals)

    async def add(self, value: str, **more: Any) -> httpx.Response:
        kind = more.pop("kind", "address" if "@" in value else "domain")
        return await self.story.ana.ask("POST", self.rules, {"kind": kind, "value": value, **more})

    async def remove(self, rule_id: str) -> httpx.Response:
        return await self.story.ana.ask("DELETE", f"{self.rules}/{rule_id}")

    async def listed(self) -> list[str]:
        return [rule["value"] for rule in await self.story.ana.get(self.rules)]

    async def ask_for_mail(self, person: Person) -> httpx.Response:
        asked = {"address": person.address, "browser": person.browser, "portal": self.key}
        return await self.identity.http.post("/api/identity/sign-in-challenges", json=asked)

    async def sign_in(self, address: str = EVA) -> Person:
        """The code of the mail, entered in the browser that asked for it."""
        person = Person(self.identity, address)
        answer = await self.ask_for_mail(person)
        assert answer.status_code == 202, answer.text
        await person.prove(answer.json()["challenge_id"])
        return person

    async def is_mailed(self, address: str) -> bool:
        """Whether somebody who asks at the portal gets a mail."""
        before = len(await self.identity.mails(address))
        answer = await self.ask_for_mail(Person(self.identity, address))
        assert answer.status_code == 202, answer.text
        await self.identity.work(mail_challenges)
        return len(await self.identity.mails(address)) > before

    async def visitors(self) -> list[str]:
        rows = await self.identity.sql(
            "SELECT u.address FROM grants g JOIN users u ON u.id = g.user_id"
            " WHERE g.source = 'access_rule' AND g.bill_group_id = :group ORDER BY 1", group=self.id
        )  # fmt: skip
        return [row["address"] for row in rows]


async def make_portal_of(story: Story) -> GroupPortal:
    """A bill group with a contract, whose portal nobody may open yet."""
    group = GroupPortal(story, str(uuid4()))
    await story.identity.hear(copy_bill_group, BillGroupCreated(**group._says()))
    await group.set()
    portal = await story.ana.get(f"portals/{story.northwind}/{group.id}")
    group.key = portal["link"].rpartition("/")[2]
    return group


async def status_of_token(person: Person) -> int:
    return (await person.identity.http.post("/api/identity/tokens", json={"session": person.session})).status_code
