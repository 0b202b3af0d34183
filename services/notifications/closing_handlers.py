"""The events of accounts that are closed, which notifications listens to: the admins of the workspace are told, and
those of whoever sells to it, also whoever did it, who has to find it again."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.deliveries.queueing import USERS_TOLD, fact_of, notify, notify_users
from services.notifications.notice_handlers import router
from services.notifications.topics import Recipient, RecipientKind, Topic
from shared.events.identity import (
    WorkspaceClosed,
    WorkspaceClosing,
    WorkspaceClosingSoon,
    WorkspaceEvent,
    WorkspaceKept,
)

__all__ = ["router"]


@router.on(WorkspaceClosing)
async def email_admins_that_it_will_be_closed(session: AsyncSession, event: WorkspaceClosing) -> None:
    await _email_admins(session, event, Topic.account_closing)


@router.on(WorkspaceClosingSoon)
async def email_admins_that_it_will_be_closed_soon(session: AsyncSession, event: WorkspaceClosingSoon) -> None:
    await _email_admins(session, event, Topic.account_closing_soon)


@router.on(WorkspaceKept)
async def email_admins_that_it_stays(session: AsyncSession, event: WorkspaceKept) -> None:
    await _email_admins(session, event, Topic.account_kept)


@router.on(WorkspaceClosed)
async def email_who_was_admin_that_it_is_closed(session: AsyncSession, event: WorkspaceClosed) -> None:
    """Most of them have lost their access with it: the event says who they were."""
    fact = fact_of(session, Topic.account_closed, event)
    for user_id in event.admins[:USERS_TOLD]:
        await notify(session, fact, Recipient(RecipientKind.user, user_id))
    await _email_seller(session, event, Topic.account_closed)


async def _email_admins(session: AsyncSession, event: WorkspaceEvent, topic: Topic) -> None:
    await notify_users(session, event, topic, "admin", whoever_did_it=True)
    await _email_seller(session, event, topic)


async def _email_seller(session: AsyncSession, event: WorkspaceEvent, topic: Topic) -> None:
    await notify_users(session, event, topic, "admin", of=event.parent_workspace_id)
