"""Forgets what billing has of an erased person. Issued invoices and other documents stay as they were sent."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.db import Base
from services.billing.erased_people.models import ErasedPerson
from services.billing.people.service import forget_person
from shared.erased_people import deeds_in, forget_deeds, remember

FURTHER = (
    text(
        "UPDATE quotes SET accepted_name = '' WHERE accepted_by = :user_id AND workspace_id = :workspace_id"
        " AND accepted_name <> ''"
    ),
    text(
        "UPDATE quotes SET requested_by_address = '' WHERE requested_by = :user_id AND workspace_id = :workspace_id"
        " AND requested_by_address IS NULL"
    ),
)
"""What else has their name: a signature. Who asked for a quote stays known as somebody: where nobody did, staff began
it."""


async def forget(session: AsyncSession, user_id: UUID) -> None:
    """Forget the person, and remember that, for what arrives late. Idempotent."""
    await remember(session, ErasedPerson, user_id)
    await forget_person(session, user_id)
    await forget_deeds(session, deeds_in(Base.metadata), user_id, FURTHER)
