"""The events of the end of people's accounts that notifications listens to. The last mail to a person comes as a
secret, with their address, because afterwards nobody knows it."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.deliveries.queueing import fact_of, notify
from services.notifications.erased_people import service as erased_people
from services.notifications.notices.keeping import end_notices
from services.notifications.quote_handlers import router
from services.notifications.topics import Recipient, RecipientKind, Topic
from shared.events.identity import ErasureRequested, ErasureWithdrawn, UserErased

__all__ = ["router"]


@router.on(ErasureRequested)
async def email_that_the_account_ends(session: AsyncSession, event: ErasureRequested) -> None:
    person = Recipient(RecipientKind.user, event.user_id)
    await notify(session, fact_of(session, Topic.erasure_requested, event), person)


@router.on(ErasureWithdrawn)
async def email_that_the_account_stays(session: AsyncSession, event: ErasureWithdrawn) -> None:
    await end_notices(session, event)
    person = Recipient(RecipientKind.user, event.user_id)
    await notify(session, fact_of(session, Topic.erasure_withdrawn, event), person)


@router.on(UserErased)
async def forget_erased_person(session: AsyncSession, event: UserErased) -> None:
    await erased_people.forget(session, event.user_id)
