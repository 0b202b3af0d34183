"""A user who reads their notices and chooses what they are told of, through the API."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tests.harness.services import Caller
from tests.notifications.desk import Desk
from tests.notifications.harness import CUSTOMER, PARTNER, person

NOTICES, PREFERENCES = "/api/notifications/notices", "/api/notifications/preferences"


@dataclass
class Reader:
    caller: Caller

    @property
    def id(self) -> UUID:
        return self.caller.user_id

    async def notices(self, **query: Any) -> list[dict[str, Any]]:
        answer = await self.caller.http.get(NOTICES, params=query)
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    async def titles(self, **query: Any) -> list[str]:
        return [each["title"] for each in await self.notices(**query)]

    async def unread(self) -> int:
        found: int = (await self.caller.http.get(f"{NOTICES}/unread")).json()["unread"]
        return found

    async def preferences(self, **query: Any) -> dict[str, dict[str, Any]]:
        items = (await self.caller.http.get(PREFERENCES, params=query)).json()["items"]
        return {each["topic"]: each for each in items}

    async def switch(self, topic: str, channel: str = "mail", *, wanted: bool = False, expected: int = 204) -> None:
        switches = [{"topic": topic, "channel": channel, "wanted": wanted}]
        answer = await self.caller.http.patch(PREFERENCES, json={"switches": switches})
        assert answer.status_code == expected, answer.text


async def reader(desk: Desk, role: str = "admin", address: str = "jonas@northwind.example", **where: Any) -> Reader:
    """A user of the customer, unless ``where`` says of which workspace, whose address is known."""
    place = {"workspace_id": CUSTOMER, "kind": "customer", "parent_workspace_id": PARTNER} | where
    caller = await desk.api.caller(role, address=address, **place)
    await desk.notifications.hear(person(caller.user_id, address, "Jonas Keller"))
    return Reader(caller)
