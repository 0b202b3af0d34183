"""A worker process that records what it handles, and can be killed:
``python -m tests.messaging.worker_process NAME DATABASE_URL AMQP_URL PARTITIONS``."""

import asyncio
import signal
import sys

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared import logs
from shared.clock import Clock
from shared.db import make_engine, make_sessions
from shared.events.provisioning import ServiceCountsChanged
from shared.messaging.consumer import Consumer
from shared.messaging.router import ServiceRouter
from tests.shared.sketch import SERVICE

_NOTE = text("INSERT INTO handled (workspace_id, number, worker) VALUES (:workspace_id, :number, :worker)")


def noting(name: str) -> ServiceRouter:
    """A router whose only handler records which worker handled an event."""
    router = ServiceRouter(SERVICE)

    @router.on(ServiceCountsChanged)
    async def note(session: AsyncSession, event: ServiceCountsChanged) -> None:
        await session.execute(_NOTE, {"workspace_id": event.workspace_id, "number": event.ports, "worker": name})

    return router


async def work(name: str, database_url: str, amqp_url: str, partitions: int) -> None:
    router, engine = noting(name), make_engine(database_url, 5)
    [listener] = router.listeners
    consumer = Consumer(router, make_sessions(engine), Clock(), amqp_url, partitions={listener.queue: partitions})
    running = asyncio.create_task(consumer.run())
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, running.cancel)
    await asyncio.wait([running])
    await engine.dispose()


if __name__ == "__main__":
    logs.configure("worker", "ERROR")
    asyncio.run(work(*sys.argv[1:4], int(sys.argv[4])))
