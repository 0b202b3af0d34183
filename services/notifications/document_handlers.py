"""The events of documents that notifications listens to."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.deliveries.queueing import notify_users
from services.notifications.licence_handlers import router
from services.notifications.notices.keeping import end_notices
from services.notifications.topics import Topic
from shared.events.billing import DocumentAdded, DocumentRemoved

__all__ = ["router"]


@router.on(DocumentAdded)
async def email_that_there_is_a_document(session: AsyncSession, event: DocumentAdded) -> None:
    await notify_users(session, event, Topic.document_added, "admin")


@router.on(DocumentRemoved)
async def end_notices_of_removed_document(session: AsyncSession, event: DocumentRemoved) -> None:
    await end_notices(session, event)
