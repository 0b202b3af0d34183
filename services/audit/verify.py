"""Invariants of audit's data, for `portico verify` and `portico audit verify`."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.audit.seals.verifying import Report, verify_chains
from services.audit.settings import Settings


async def verify(session: AsyncSession) -> list[str]:
    """One sentence per problem: of chains, checkpoints, and entries outside of any chain. Empty when all is well."""
    return (await inspect(session, Settings())).problems


async def inspect(session: AsyncSession, settings: Settings) -> Report:
    """Like `verify`, with the numbers of what was checked."""
    return await verify_chains(session, settings.seal_key)
