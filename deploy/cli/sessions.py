"""A transaction in a service's database with its worker's role, for commands that call the service's functions."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncSession

from deploy.environment import worker_url
from shared.db import make_engine, make_sessions


@asynccontextmanager
async def worker_transaction(service: str) -> AsyncIterator[AsyncSession]:
    engine = make_engine(worker_url(service), connections=2)
    try:
        async with make_sessions(engine).begin() as session:
            yield session
    finally:
        await engine.dispose()
