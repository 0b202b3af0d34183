"""Where staff see the list of mails that were not delivered."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from shared.events.notifications import MessageRetried
from tests.harness.services import Caller, Running
from tests.notifications.harness import NotificationsHarness

PATH = "/api/notifications/undelivered-mails"
GONE, LATER = "550 5.1.1 No such mailbox", "451 4.3.2 Later, please"
REFUSED = "550 5.7.1 Not from you"
"""For good, and nothing is said of the mailbox."""


@dataclass
class Desk:
    """Where staff see the list."""

    notifications: NotificationsHarness
    api: Running
    lars: Caller

    async def list(self, **query: Any) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = (await self.lars.http.get(PATH, params=query)).json()["items"]
        return items

    async def retry(self, id_: str, expected: int = 202, by: Caller | None = None) -> dict[str, Any]:
        answer = await (by or self.lars).http.post(f"{PATH}/{id_}/retry", headers={"Idempotency-Key": str(uuid4())})
        assert answer.status_code == expected, answer.text
        said: dict[str, Any] = answer.json()
        return said

    async def work(self) -> None:
        """What a worker does with the requests of staff."""
        for asked in await self.notifications.database.events("notifications.message_retried"):
            await self.notifications.hear(MessageRetried.model_validate(asked))

    async def give_up(self) -> None:
        for _ in range(80):
            await self.notifications.send(after=timedelta(hours=1))
        self.notifications.clock.ahead = timedelta(0)
