"""Orders as people click them: a customer, a product whose driver answers at once, clicks on connections that stay
open, and what the broker says of them."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Self
from uuid import UUID, uuid4

import httpx
import orjson
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage

from bench.filling import fill, quoted
from bench.http_load import LENGTH, Task
from bench.installation import BenchInstallation
from bench.people import Person, add_person, add_workspace, provider_of
from deploy.demo.catalogue import PRODUCTS
from shared.events.provisioning import ServiceProvisioned
from shared.outbox import events_exchange

ORDERS = "/api/provisioning/orders"
CONFIGURATION = {"location": "ams", "speed_gbps": 10, "term_months": 12, "diverse_path": False}
QUEUE = "bench.on.orders"


@dataclass(frozen=True)
class Shop:
    """Customers' admins, and what they order: the demo's first product, with a driver that needs no time."""

    admins: list[Person]
    body: str

    @classmethod
    async def open(cls, installed: BenchInstallation, customers: int) -> Self:
        async with installed.database("identity") as identity:
            provider = await provider_of(identity)
            added = [await add_workspace(identity, "customer", provider) for _ in range(customers)]
            admins = [await add_person(identity, customer, "admin") for customer in added]
        port, product = PRODUCTS[0].as_body(), uuid4()
        said = {name: quoted(port[name]) for name in ("display_name", "description", "kind")}
        said |= {"configuration_schema": quoted(orjson.dumps(port["configuration_schema"]).decode())}
        said |= {
            "key": quoted(f"port-{product}"),
            "driver": "'simulator'",
            "driver_options": """'{"step_seconds": 0}'""",
        }
        said |= {"billing_delay_days": "15", "version": "1"}
        group = {"is_default": "true", "currency": "'EUR'"}
        async with installed.database("provisioning") as provisioning:
            await fill(provisioning, "products", 1, said | {"id": quoted(product)})
            plan = {"id": quoted(product), "product_id": quoted(product), "currency": "'EUR'"}
            await fill(provisioning, "plan_versions", 1, plan)
            for customer in added:
                ids = {"id": quoted(customer.id), "workspace_id": quoted(customer.id)}
                await fill(provisioning, "bill_groups", 1, group | ids)
        body = {"product_id": str(product), "plan_version_id": str(product), "configuration": CONFIGURATION}
        return cls(admins, orjson.dumps(body).decode())


@dataclass
class Heard:
    """When the broker told of each order's service, and what the messages were."""

    provisioned: dict[UUID, float] = field(default_factory=dict)
    bodies: dict[str, bytes] = field(default_factory=dict)
    """The last of each kind."""
    _more: asyncio.Event = field(default_factory=asyncio.Event)

    async def of(self, order_id: UUID) -> None:
        """Wait until the service of an order was told of."""
        async with asyncio.timeout(120):
            while order_id not in self.provisioned:
                self._more.clear()
                await self._more.wait()

    async def note(self, message: AbstractIncomingMessage) -> None:
        now = time.perf_counter()
        self.bodies[message.routing_key or ""] = message.body
        if message.routing_key == ServiceProvisioned.name:
            self.provisioned[UUID(orjson.loads(message.body)["order_id"])] = now
            self._more.set()


@asynccontextmanager
async def hearing(channel: AbstractChannel) -> AsyncIterator[Heard]:
    """What provisioning publishes, from a queue like those of the services."""
    heard = Heard()
    await channel.set_qos(prefetch_count=1000)
    queue = await channel.declare_queue(QUEUE, durable=True, arguments={"x-queue-type": "quorum"})
    await queue.bind(events_exchange("provisioning"), "#")
    tag = await queue.consume(heard.note, no_ack=True)
    yield heard
    await queue.cancel(tag)


@dataclass
class Buyer:
    """A connection to the API."""

    port: int
    token: str
    body: str
    reader: asyncio.StreamReader = field(init=False)
    writer: asyncio.StreamWriter = field(init=False)

    async def __aenter__(self) -> Self:
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        return self

    async def __aexit__(self, *error: object) -> None:
        self.writer.close()

    async def click(self) -> tuple[UUID, float]:
        """Place an order; its id, and when."""
        headers = {"Idempotency-Key": str(uuid4())}
        request, at = (
            Task(self.port, ORDERS, 0, self.token, headers=headers, body=self.body).request,
            time.perf_counter(),
        )
        self.writer.write(request)
        head = await self.reader.readuntil(b"\r\n\r\n")
        length = LENGTH.search(head)
        assert length is not None
        answer = await self.reader.readexactly(int(length[1]))
        assert b" 201 " in head[:20], answer[:500]
        return UUID(orjson.loads(answer)["id"]), at


async def click_all(
    shop: Shop, port: int, identity: httpx.AsyncClient, heard: Heard, count: int, at_once: int, customers: int = 1
) -> list[tuple[float, float]]:
    """Place ``count`` orders, ``at_once`` on connections of their own; when each was clicked, and when its service was
    heard of."""
    tokens = [await admin.token(identity) for admin in shop.admins[:customers]]
    async with AsyncExitStack() as stack:
        buyers = [Buyer(port, tokens[n % customers], shop.body) for n in range(at_once)]
        for buyer in buyers:
            await stack.enter_async_context(buyer)
        clicks: list[tuple[UUID, float]] = []

        async def click_in_turn(buyer: Buyer) -> None:
            for _ in range(count // at_once):
                clicks.append(await buyer.click())
                if at_once == 1:
                    await heard.of(clicks[-1][0])

        await asyncio.gather(*map(click_in_turn, buyers))
        for id_, _ in clicks:
            await heard.of(id_)
    return [(at, heard.provisioned[id_]) for id_, at in clicks]
