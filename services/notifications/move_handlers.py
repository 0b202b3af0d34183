"""The events of customers that go from one seller to another, which notifications listens to."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.deliveries.queueing import fact_of, notify, notify_users
from services.notifications.notices.keeping import end_notices
from services.notifications.order_handlers import router
from services.notifications.topics import Recipient, RecipientKind, Topic
from shared.events.identity import (
    CustomerJoined,
    CustomerLeft,
    MoveDeclined,
    MoveExpired,
    MoveProposed,
    MoveWithdrawn,
    WorkspaceMoved,
)

__all__ = ["router"]


@router.on(MoveProposed)
async def email_admins_who_decide(session: AsyncSession, event: MoveProposed) -> None:
    await notify_users(session, event, Topic.move_proposed, "admin")


@router.on(MoveWithdrawn)
async def email_admins_that_it_was_taken_back(session: AsyncSession, event: MoveWithdrawn) -> None:
    await end_notices(session, event)
    await notify_users(session, event, Topic.move_withdrawn, "admin")


@router.on(MoveDeclined)
async def email_who_proposed_that_it_was_declined(session: AsyncSession, event: MoveDeclined) -> None:
    await end_notices(session, event)
    await _email_proposer(session, Topic.move_declined, event)


@router.on(MoveExpired)
async def email_who_proposed_that_nobody_answered(session: AsyncSession, event: MoveExpired) -> None:
    await end_notices(session, event)
    await _email_proposer(session, Topic.move_expired, event)


@router.on(WorkspaceMoved)
async def email_customer_and_who_proposed(session: AsyncSession, event: WorkspaceMoved) -> None:
    """The admins of the customer with who consented: it is what they have to find again."""
    await end_notices(session, event)
    await notify_users(session, event, Topic.workspace_moved, "admin", whoever_did_it=True)
    await _email_proposer(session, Topic.move_consented, event)


@router.on(CustomerLeft)
async def email_former_seller(session: AsyncSession, event: CustomerLeft) -> None:
    await notify_users(session, event, Topic.customer_left, "admin")


@router.on(CustomerJoined)
async def email_new_seller(session: AsyncSession, event: CustomerJoined) -> None:
    await notify_users(session, event, Topic.customer_joined, "admin")


async def _email_proposer(
    session: AsyncSession, topic: Topic, event: MoveDeclined | MoveExpired | WorkspaceMoved
) -> None:
    await notify(session, fact_of(session, topic, event), Recipient(RecipientKind.user, event.proposed_by))
