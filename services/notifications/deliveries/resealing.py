"""After PORTICO_MAIL_KEY has a new value: secret mails that wait are encrypted with it."""

from pydantic import SecretStr
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.deliveries.models import Delivery
from shared.secrets import cipher_of


async def reseal_mails(session: AsyncSession, keys: SecretStr) -> int:
    """Returns how many there are. How old a mail is does not change."""
    waiting = select(Delivery).where(Delivery.sealed.is_not(None)).with_for_update()
    found = (await session.scalars(waiting)).all()
    for delivery in found:
        assert delivery.sealed is not None
        delivery.sealed = cipher_of(keys).rotate(delivery.sealed).decode()
    await session.flush()
    return len(found)
