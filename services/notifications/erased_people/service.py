"""Forgets what notifications has of an erased person. A mail to them that is not sent yet has no recipient any more."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.db import Base
from services.notifications.erased_people.models import ErasedPerson
from services.notifications.messages.models import Message
from services.notifications.notices.models import Notice
from services.notifications.own_mails.models import OwnMail
from services.notifications.preferences.models import Preference
from services.notifications.recipient_book.service import forget_person
from services.notifications.suppressions.keeping import forget_recipient
from services.notifications.topics import Recipient, RecipientKind
from services.notifications.unsubscriptions.models import Unsubscription
from shared.erased_people import deeds_in, forget_deeds, remember
from shared.scope import acting_in


async def forget(session: AsyncSession, user_id: UUID) -> None:
    """Forget the person, and remember that, for what arrives late. Idempotent."""
    await remember(session, ErasedPerson, user_id)
    async with acting_in(session, None, user_id):
        await forget_person(session, user_id)
        for model in (Notice, OwnMail, Preference):
            await session.execute(delete(model).where(model.user_id == user_id))
    await forget_recipient(session, Recipient(RecipientKind.user, user_id))
    to_them = Message.recipient_kind == RecipientKind.user, Message.recipient_id == user_id, Message.facts != {}
    told = await _workspaces(session, select(Message.workspace_id).where(*to_them))
    chosen = await _workspaces(
        session, select(Unsubscription.workspace_id).where(Unsubscription.recipient_id == user_id)
    )
    for workspace_id in sorted({*told, *chosen}):
        async with acting_in(session, workspace_id, user_id):
            await session.execute(
                update(Message).where(*to_them, Message.workspace_id == workspace_id).values(facts={})
            )
            await session.execute(
                delete(Unsubscription).where(
                    Unsubscription.recipient_id == user_id, Unsubscription.workspace_id == workspace_id
                )
            )
    await forget_deeds(session, deeds_in(Base.metadata), user_id)


async def _workspaces(session: AsyncSession, asked: Select[UUID]) -> Sequence[UUID]:
    return list(await session.scalars(asked.distinct()))
