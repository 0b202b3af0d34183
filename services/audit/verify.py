"""What must hold in audit, for `portico verify` and `portico audit verify`."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.audit.seals.verifying import verify_chains
from services.audit.settings import Settings


async def verify(session: AsyncSession) -> list[str]:
    """Every chain and checkpoint holds, and every entry is in one. Problems in sentences; none is good."""
    settings = session.info.get("settings") or Settings()
    report = await verify_chains(session, settings.seal_key)
    return report.problems
