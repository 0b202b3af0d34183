"""The events of the holders of accounts, and of people who are added to one, which notifications listens to."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.deliveries.queueing import fact_of, notify
from services.notifications.move_handlers import router
from services.notifications.notices.keeping import end_notices
from services.notifications.topics import Recipient, RecipientKind, Topic
from shared.events.identity import (
    HolderChanged,
    HolderChangeEnded,
    HolderChangeEvent,
    HolderChangeProposed,
    HolderChangeUndone,
    HoldersCheckDue,
    UserAdded,
)

__all__ = ["router"]


@router.on(HolderChangeProposed)
async def email_present_holders_and_new_one(session: AsyncSession, event: HolderChangeProposed) -> None:
    fact = fact_of(session, Topic.holder_asked, event)
    await notify(session, fact, Recipient(RecipientKind.user, event.new_user_id))
    fact = fact_of(session, Topic.holder_proposed, event)
    for user_id in filter(None, (event.former_user_id, event.other_user_id)):
        await notify(session, fact, Recipient(RecipientKind.user, user_id))


@router.on(HolderChangeEnded)
async def email_that_holders_stay(session: AsyncSession, event: HolderChangeEnded) -> None:
    """What was only requested is known to the provider's staff alone."""
    await end_notices(session, event)
    if event.was_proposed:
        await _email_all(session, Topic.holder_change_ended, event)


@router.on(HolderChanged)
async def email_that_a_holder_changed(session: AsyncSession, event: HolderChanged) -> None:
    """Also to the former holder, at the address that they have."""
    await end_notices(session, event)
    await _email_all(session, Topic.holder_changed, event)


@router.on(HolderChangeUndone)
async def email_that_it_was_undone(session: AsyncSession, event: HolderChangeUndone) -> None:
    await _email_all(session, Topic.holder_change_undone, event)


@router.on(HoldersCheckDue)
async def email_holders_to_look(session: AsyncSession, event: HoldersCheckDue) -> None:
    fact = fact_of(session, Topic.holders_check_due, event)
    for user_id in event.holders:
        await notify(session, fact, Recipient(RecipientKind.user, user_id))


@router.on(UserAdded)
async def email_who_was_added(session: AsyncSession, event: UserAdded) -> None:
    await notify(session, fact_of(session, Topic.user_added, event), Recipient(RecipientKind.user, event.user_id))


async def _email_all(session: AsyncSession, topic: Topic, event: HolderChangeEvent) -> None:
    fact = fact_of(session, topic, event)
    for user_id in filter(None, (event.former_user_id, event.new_user_id, event.other_user_id)):
        await notify(session, fact, Recipient(RecipientKind.user, user_id))
