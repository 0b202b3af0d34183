"""Sessions in a service's database with its worker's role, for commands that call the service's functions."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncSession

from deploy.environment import worker_url
from shared.db import Sessions, make_engine, make_sessions


@asynccontextmanager
async def worker_sessions(service: str) -> AsyncIterator[Sessions]:
    engine = make_engine(worker_url(service), connections=2)
    try:
        yield make_sessions(engine)
    finally:
        await engine.dispose()


@asynccontextmanager
async def worker_transaction(service: str) -> AsyncIterator[AsyncSession]:
    async with worker_sessions(service) as sessions, sessions.begin() as session:
        yield session
