"""Forgets what provisioning has of an erased person: their address in what they ordered and did."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.db import Base
from services.provisioning.erased_people.models import ErasedPerson
from shared.erased_people import deeds_in, forget_deeds, remember

FURTHER = (
    text(
        "UPDATE all_orders a SET placed_by_address = NULL, placed_by_key = NULL FROM orders o"
        " WHERE o.id = a.order_id AND o.begun_by = :user_id AND a.workspace_id = :workspace_id"
    ),
    text(
        "UPDATE failed_orders f SET placed_by_address = NULL FROM orders o"
        " WHERE o.id = f.order_id AND o.begun_by = :user_id AND f.workspace_id = :workspace_id"
    ),
    text(
        "UPDATE failed_work f SET begun_by_address = NULL FROM operations o"
        " WHERE o.id = f.operation_id AND o.begun_by = :user_id AND f.workspace_id = :workspace_id"
    ),
)
"""The copies of orders and work that the staff see of all customers."""


async def forget(session: AsyncSession, user_id: UUID) -> None:
    """Forget the person, and remember that, for what arrives late. Idempotent."""
    await remember(session, ErasedPerson, user_id)
    await forget_deeds(session, deeds_in(Base.metadata), user_id, FURTHER)
