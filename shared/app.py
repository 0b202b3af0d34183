"""What a service consists of, and what a running process of it holds. `deploy.serving` builds the processes."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import asyncpg
import httpx
from fastapi import APIRouter, Request
from sqlalchemy.ext.asyncio import AsyncSession

from shared.auth.access import COPY_QUERY, Access, AccessChecker
from shared.clock import Clock
from shared.db import Sessions
from shared.events import Actor
from shared.events.attempts import AttemptEvent
from shared.exports.offered import Exports
from shared.jobs import Jobs
from shared.messaging.consumer import Consumer
from shared.messaging.relay import Relay
from shared.messaging.router import ServiceRouter
from shared.outbox import Cause
from shared.scope import begin_in
from shared.settings import ServiceSettings


@dataclass(frozen=True)
class ServiceDefinition:
    """The parts of a service, defined once in its ``app.py``.

    ``access_query`` is for identity, which reads the grants themselves; all others read a copy. ``large_bodies`` raises
    the limit of request bodies, in bytes, for paths that start with such a pattern. ``attempts`` is the service's event
    of what people tried and were refused, which every service has whose guards ask for a permission.
    """

    name: str
    settings_type: type[ServiceSettings]
    events: ServiceRouter
    routers: Sequence[APIRouter] = ()
    jobs: Jobs | None = None
    exports: Exports | None = None
    attempts: type[AttemptEvent] | None = None
    access_query: str = COPY_QUERY
    large_bodies: Mapping[str, int] = field(default_factory=dict)


@dataclass
class Runtime:
    """The resources of a running process, in ``app.state.runtime``."""

    service: ServiceDefinition
    settings: ServiceSettings
    clock: Clock
    sessions: Sessions
    worker_sessions: Sessions
    pool: asyncpg.Pool
    http: httpx.AsyncClient
    access: AccessChecker
    relay: Relay | None = None
    consumer: Consumer | None = None
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    def cause(self, request: Request) -> Cause:
        """The cause of what a request does: actor, time and correlation id."""
        access: Access | None = getattr(request.state, "access", None)
        actor, parent = (access.actor, access.parent_workspace_id) if access else (Actor(), None)
        return Cause(actor, self.clock.now(), request.state.correlation_id, None, parent)

    @asynccontextmanager
    async def request_transaction(self, request: Request) -> AsyncIterator[AsyncSession]:
        """A transaction in the scope of the request's access. It commits when the endpoint returns."""
        access: Access | None = request.state.access
        place = (access.workspace_id, access.user_id, access.scope) if access else (None,)
        async with begin_in(self.sessions, *place) as session:
            session.info["cause"] = self.cause(request)
            yield session
