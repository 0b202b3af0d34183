"""Where staff write news, and whoever gets them."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text

from services.notifications.jobs import advance_campaigns, send_due_news
from shared.events.notifications import CampaignTested
from tests.harness.services import Caller
from tests.notifications.desk import Desk
from tests.notifications.harness import CUSTOMER, PARTNER, person

PATH = "/api/notifications/campaigns"
ALL: dict[str, Any] = {"kinds": ["customer", "partner"], "sellers": "all"}
TEXTS: dict[str, Any] = {
    "en": {"title": "Harbour Gateway 3.0 is out", "body": "It speaks **IPv6**.\n\n- Read [this](https://a.example/3)."},
    "de": {"title": "Harbour Gateway 3.0 ist da", "body": "Es spricht **IPv6**.", "button_label": "Ansehen"},
}

GRANT = text("""
    INSERT INTO access_grants (grant_id, user_id, workspace_id, role, source)
    VALUES (gen_random_uuid(), :user, :workspace, :role, :source)""")
LEAVE = text("DELETE FROM access_grants WHERE user_id = :user AND workspace_id = coalesce(:workspace, workspace_id)")


def written(**fields: Any) -> dict[str, Any]:
    return {
        "topic": "news_release",
        "texts": TEXTS,
        "button_url": "https://larkspur.example/3",
        "segment": ALL,
    } | fields


@dataclass
class Newsroom:
    """The provider's staff at work on campaigns."""

    desk: Desk
    staff: Caller

    async def ask(self, method: str, path: str, body: Any = None, *, expected: int = 200) -> Any:
        headers = {"Idempotency-Key": str(uuid4())} if method == "POST" else {}
        answer = await self.staff.http.request(method, f"{PATH}{path}", json=body, headers=headers)
        assert answer.status_code == expected, answer.text
        return answer.json() if answer.content else None

    async def draft(self, **fields: Any) -> str:
        found: str = (await self.ask("POST", "", written(**fields), expected=201))["id"]
        return found

    async def read(self, id_: str) -> dict[str, Any]:
        found: dict[str, Any] = await self.ask("GET", f"/{id_}")
        return found

    async def schedule(self, id_: str, at: str | None = None, expected: int = 200) -> Any:
        body = {"version": (await self.read(id_))["version"], "at": at}
        return await self.ask("POST", f"/{id_}/schedule", body, expected=expected)

    async def prepare(self) -> None:
        while await advance_campaigns(self.desk.notifications.job):
            pass

    async def send(self) -> None:
        """What a worker does until nothing is due."""
        await self.prepare()
        while await send_due_news(self.desk.notifications.job):
            pass
        await self.prepare()

    async def publish(self, **fields: Any) -> str:
        """A campaign that is written, scheduled and sent."""
        id_ = await self.draft(**fields)
        await self.schedule(id_)
        await self.send()
        return id_

    async def try_out(self) -> None:
        """What a worker does once staff have asked for a mail to themselves."""
        for asked in await self.desk.notifications.database.events("notifications.campaign_tested"):
            await self.desk.notifications.hear(CampaignTested.model_validate(asked))
        await self.desk.notifications.send()


def newsroom(desk: Desk) -> Newsroom:
    desk.notifications.settings.news_per_minute = 100_000
    return Newsroom(desk, desk.lars)


@dataclass
class Readers:
    """Whoever may get news, as identity tells of them."""

    desk: Desk

    async def join(
        self, workspace_id: UUID = CUSTOMER, role: str = "admin", *, source: str = "membership",
        user_id: UUID | None = None, locale: str | None = None,
    ) -> UUID:  # fmt: skip
        """Somebody who belongs to a workspace; a new person, whose address is known, unless it is said who."""
        id_ = user_id or uuid4()
        grant = {"user": id_, "workspace": workspace_id, "role": role, "source": source}
        async with self.desk.notifications.database.owner.begin() as session:
            await session.execute(GRANT, grant)
        if user_id is None:
            await self.desk.notifications.hear(person(id_, address_of(id_), "Ada", locale=locale))
        return id_

    async def leave(self, user_id: UUID, workspace_id: UUID | None = None) -> None:
        async with self.desk.notifications.database.owner.begin() as session:
            await session.execute(LEAVE, {"user": user_id, "workspace": workspace_id})


def address_of(user_id: UUID) -> str:
    return f"{user_id.hex}@people.example"


def readers_of(partner: UUID = PARTNER) -> dict[str, Any]:
    return {"kinds": ["customer", "partner"], "sellers": "partner", "partner_id": str(partner)}
