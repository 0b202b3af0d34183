"""Turns of transactions, by advisory locks."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended(:what, 0))")


async def one_at_a_time(session: AsyncSession, what: str) -> None:
    """Until this transaction ends, others that name the same thing wait here: for what has no row to lock."""
    await session.execute(_ONE_AT_A_TIME, {"what": what})
