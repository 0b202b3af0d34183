"""After PROVISIONING_SECRET_KEYS has a new value: credentials that wait to be shown are encrypted with it."""

from pydantic import SecretStr
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.credentials.models import SealedCredentials
from shared.secrets import cipher_of


async def reseal_credentials(session: AsyncSession, keys: SecretStr) -> int:
    """Returns how many there are."""
    waiting = select(SealedCredentials).where(SealedCredentials.sealed.is_not(None)).with_for_update()
    found = (await session.scalars(waiting)).all()
    for each in found:
        assert each.sealed is not None
        each.sealed = cipher_of(keys).rotate(each.sealed)
    await session.flush()
    return len(found)
