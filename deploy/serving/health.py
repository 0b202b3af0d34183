"""What a supervisor asks a process."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from sqlalchemy import text

from shared.app import Runtime
from shared.auth.routes import GuardedRoute, public
from shared.errors import Unavailable


def liveness(app: FastAPI) -> Callable[[], bool]:
    """Whether all parts of the process work: what /healthz says, for the process itself."""
    return lambda: _is_alive(app.state.runtime)


def _is_alive(runtime: Runtime) -> bool:
    silent = runtime.consumer is not None and not runtime.consumer.alive
    return not silent and not any(task.done() for task in runtime.tasks)


def health(*, needs_broker: bool) -> APIRouter:
    router = APIRouter(route_class=GuardedRoute, include_in_schema=False)
    open_to_all = public("a supervisor has no token").as_dependencies()

    @router.get("/healthz", dependencies=open_to_all)
    async def is_alive(request: Request) -> dict[str, Any]:
        """200 while the process works; otherwise a supervisor restarts it. Queues that are currently not consumed are
        listed with their duration: a restart would not help them, and would interrupt the others."""
        runtime: Runtime = request.app.state.runtime
        if not _is_alive(runtime):
            raise Unavailable("Events are not consumed any more.")
        return {"status": "alive", **_queues(runtime)}

    @router.get("/readyz", dependencies=open_to_all)
    async def is_ready(request: Request) -> dict[str, Any]:
        """200 when requests can be served: the database answers, and for a worker without the API also the broker. A
        process that was told to stop is not ready any more."""
        runtime: Runtime = request.app.state.runtime
        if getattr(request.app.state, "leaving", False):
            raise Unavailable("This process stops.")
        async with runtime.sessions() as session:
            await session.execute(text("SELECT 1"))
        if needs_broker and not (runtime.consumer and runtime.consumer.connected):
            raise Unavailable("The broker does not answer.", retry_after=2)
        return {"status": "ready", **_queues(runtime)}

    return router


def _queues(runtime: Runtime) -> dict[str, Any]:
    silent = runtime.consumer.not_consumed if runtime.consumer else {}
    return {"not_consumed": {queue: round(seconds, 1) for queue, seconds in silent.items()}} if silent else {}
