"""What must hold in audit, for `portico verify` and `portico audit verify`."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.audit.seals.verifying import Report, verify_chains
from services.audit.settings import Settings


async def verify(session: AsyncSession) -> list[str]:
    """Every chain and checkpoint holds, and every entry is in one. Problems in sentences; none is good."""
    return (await inspect(session)).problems


async def inspect(session: AsyncSession) -> Report:
    """The same with how much was looked at."""
    settings = session.info.get("settings") or Settings()
    return await verify_chains(session, settings.seal_key)
