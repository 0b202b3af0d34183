"""How many notices each person has not read, for the bell of every page. It is asked for once, and again after an event
says that the person's notices have changed, or after a minute: an event may be lost."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from uuid import UUID

from services.portal.clients import Refused, ServiceDown
from services.portal.clients.waiting import Seconds

REMEMBERED = 10_000
"""People whose number is kept in this process."""
KEPT_SECONDS = 60.0
PATIENCE_SECONDS = 0.25
"""How long a page waits for the number. Without it the bell has none."""


class Unread:
    def __init__(self, seconds: Seconds) -> None:
        self._seconds = seconds
        self._known: OrderedDict[UUID, tuple[float, int]] = OrderedDict()
        self._reading: dict[UUID, object] = {}

    def forget(self, user_id: UUID) -> None:
        """The person's notices have changed: what is known, or being read, is of before."""
        self._known.pop(user_id, None)
        self._reading.pop(user_id, None)

    def known(self, user_id: UUID) -> int | None:
        found = self._known.get(user_id)
        return None if found is None else found[1]

    async def get(self, user_id: UUID, read: Callable[[], Awaitable[int]]) -> int | None:
        """The number; None where it cannot be had just now."""
        found = self._known.get(user_id)
        if found is not None and self._seconds() - found[0] < KEPT_SECONDS:
            return found[1]
        with suppress(ServiceDown, Refused, TimeoutError):
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await self._read(user_id, read)
        return self.known(user_id)

    async def _read(self, user_id: UUID, read: Callable[[], Awaitable[int]]) -> int:
        mine = self._reading[user_id] = object()
        count, now = await read(), self._seconds()
        if self._reading.get(user_id) is mine:
            del self._reading[user_id]
            self._known[user_id] = now, count
            self._known.move_to_end(user_id)
            if len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return count
