"""The events that nobody is told of, but that end notices in the portal, or ask for a mail again."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.deliveries.retrying import repeat
from services.notifications.erasure_handlers import router
from services.notifications.notices.keeping import end_notices
from shared.events.identity import AccessRequestExpired, AccessRequestWithdrawn
from shared.events.notifications import MessageAskedAgain
from shared.events.provisioning import ManualTaskGivenUp, OrderWithdrawn

__all__ = ["router"]


@router.on(AccessRequestWithdrawn)
async def end_notices_of_withdrawn_request(session: AsyncSession, event: AccessRequestWithdrawn) -> None:
    await end_notices(session, event)


@router.on(AccessRequestExpired)
async def end_notices_of_expired_request(session: AsyncSession, event: AccessRequestExpired) -> None:
    await end_notices(session, event)


@router.on(OrderWithdrawn)
async def end_notices_of_withdrawn_order(session: AsyncSession, event: OrderWithdrawn) -> None:
    await end_notices(session, event)


@router.on(ManualTaskGivenUp)
async def end_notices_of_given_up_task(session: AsyncSession, event: ManualTaskGivenUp) -> None:
    await end_notices(session, event)


@router.on(MessageAskedAgain)
async def mail_once_more(session: AsyncSession, event: MessageAskedAgain) -> None:
    """Our own event: requests may not read messages."""
    await repeat(session, event)
