"""Requests at a steady rate, of many kinds, for as long as it takes."""

import asyncio
import itertools
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from uuid import uuid4

import httpx

from tests.faults.matrix.money_flows import product
from tests.faults.matrix.people_flows import ChangingContacts, new_word
from tests.faults.matrix.world import World
from tests.faults.orders import ORDERS

READS = (
    "/api/identity/contacts",
    "/api/identity/users",
    "/api/identity/me",
    "/api/billing/subscriptions",
    "/api/billing/invoices",
    "/api/provisioning/orders",
    "/api/provisioning/services",
    "/api/audit/entries",
)
WRITES, MAILS, PURCHASES = 0.20, 0.03, 0.02
"""Parts of all requests; the others read."""
AT_ONCE = 60
PASSING = {429, 502, 503}
"""Statuses that say to come again."""


class Traffic:
    """``answers`` counts them by status; ``held`` are requests that were not sent, since too many were open."""

    def __init__(self, world: World, rate: float) -> None:
        self._world, self._rate = world, rate
        self.answers: Counter[int] = Counter()
        self.held = 0
        self._open: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Send requests until cancelled, then wait for the answers."""
        contacts = [contact_id for contact_id, _ in await ChangingContacts().prepare(self._world)]
        body = await product(self._world)
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            for number in itertools.count(1):
                await asyncio.sleep(max(0.0, began + number / self._rate - loop.time()))
                if len(self._open) >= AT_ONCE:
                    self.held += 1
                    continue
                task = asyncio.create_task(self._send(self._choose(contacts, body)))
                self._open.add(task)
                task.add_done_callback(self._open.discard)
        finally:
            await asyncio.gather(*self._open, return_exceptions=True)

    def _choose(self, contacts: list[str], body: dict[str, object]) -> Callable[[], Awaitable[httpx.Response]]:
        chance, http, admin = random.random(), self._world.installed.site.http, self._world.admin

        async def send(method: str, path: str, json: object = None, *, signed_in: bool = True) -> httpx.Response:
            headers = {"Idempotency-Key": str(uuid4())} | (await admin._authorization() if signed_in else {})
            return await http.request(method, path, json=json, headers=headers)

        if chance < PURCHASES:
            return lambda: send("POST", ORDERS, body)
        if chance < PURCHASES + MAILS:
            asked = {"address": admin.address, "browser": uuid4().hex}
            return lambda: send("POST", "/api/identity/sign-in-challenges", asked, signed_in=False)
        if chance < PURCHASES + MAILS + WRITES:
            contact = {"kind": "technical", "address": "desk@faultline.example", "display_name": new_word()}
            return lambda: send("PUT", f"/api/identity/contacts/{random.choice(contacts)}", contact)
        return lambda: send("GET", random.choice(READS))

    async def _send(self, ask: Callable[[], Awaitable[httpx.Response]]) -> None:
        self.answers[(await ask()).status_code] += 1

    @property
    def wrong(self) -> dict[int, int]:
        return {status: count for status, count in self.answers.items() if status >= 400 and status not in PASSING}
