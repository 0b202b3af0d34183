"""What a supervisor asks a process."""

from typing import Any

from fastapi import APIRouter, Request
from sqlalchemy import text

from shared.app import Runtime
from shared.auth.routes import GuardedRoute, public
from shared.errors import Unavailable


def health(*, needs_broker: bool) -> APIRouter:
    router = APIRouter(route_class=GuardedRoute, include_in_schema=False)
    open_to_all = public("a supervisor has no token").as_dependencies()

    @router.get("/healthz", dependencies=open_to_all)
    async def is_alive(request: Request) -> dict[str, Any]:
        """200 while the process works; otherwise a supervisor restarts it. Queues that are currently not consumed are
        listed with their duration: a restart would not help them, and would interrupt the others."""
        runtime: Runtime = request.app.state.runtime
        if (runtime.consumer and not runtime.consumer.alive) or any(task.done() for task in runtime.tasks):
            raise Unavailable("Events are not consumed any more.")
        return {"status": "alive", **_queues(runtime)}

    @router.get("/readyz", dependencies=open_to_all)
    async def is_ready(request: Request) -> dict[str, Any]:
        """200 when requests can be served: the database answers, and for a worker without the API also the broker."""
        runtime: Runtime = request.app.state.runtime
        async with runtime.sessions() as session:
            await session.execute(text("SELECT 1"))
        if needs_broker and not (runtime.consumer and runtime.consumer.connected):
            raise Unavailable("The broker does not answer.", retry_after=2)
        return {"status": "ready", **_queues(runtime)}

    return router


def _queues(runtime: Runtime) -> dict[str, Any]:
    silent = runtime.consumer.not_consumed if runtime.consumer else {}
    return {"not_consumed": {queue: round(seconds, 1) for queue, seconds in silent.items()}} if silent else {}
