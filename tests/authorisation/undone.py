"""Transactions that are undone instead of committed, so that every request finds the same world."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db import Sessions


class UndoneSessions:
    """In place of a process's sessions. Deferred constraints are checked, as a commit would."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncSession]:
        async with self._sessions() as session:
            began = await self.began(session)
            yield session
            await session.flush()
            await session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
            await self.ended(session, began)
            await session.rollback()

    async def began(self, session: AsyncSession) -> Any:
        """Before anything is done in a transaction."""

    async def ended(self, session: AsyncSession, began: Any) -> None:
        """Before what was done is undone, with what `began` returned."""
