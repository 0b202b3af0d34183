"""The failed orders of all workspaces, updated in the transaction in which an order fails or is retried."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.db import FIRST_PAGE
from services.provisioning.failed_orders.models import FailedOrder
from services.provisioning.products.brief import PRODUCT, nested
from shared.errors import NotFound
from shared.pages import decode_cursor, first_rows
from shared.reads import ScopedReads

PAGE = first_rows(
    f"""
SELECT f.order_id::text AS id, f.number, f.workspace_id::text, f.display_name, f.step, f.steps,
       f.failure, f.failure_code, f.failure_values, f.failed_at, f.placed_by_address, f.placed_via, {PRODUCT},
       (SELECT w.display_name FROM workspace_copies w WHERE w.id = f.workspace_id) AS customer_name
  FROM failed_orders f
 WHERE (f.failed_at, f.order_id) < ($1, $2)
 ORDER BY f.failed_at DESC, f.order_id DESC
""",  # noqa: S608 - constants
    "$3",
)


async def list_failed_orders(read: ScopedReads, *, cursor: str | None, limit: int) -> list[dict[str, Any]]:
    """A page, latest failure first, with one row more than ``limit`` if there is a next page."""
    after = decode_cursor(cursor, tuple[datetime, UUID]) if cursor else FIRST_PAGE
    return [nested(row, "product", "failure_values") for row in await read.fetch(PAGE, *after, limit + 1)]


async def workspace_of_failed(session: AsyncSession, order_id: UUID) -> UUID:
    """The workspace of a failed order, in the provider's scope. Raises `NotFound`."""
    found = await session.scalar(select(FailedOrder.workspace_id).where(FailedOrder.order_id == order_id))
    if found is None:
        raise NotFound("This order has not failed, or somebody has retried it already.")
    return found


async def record_failed_order(session: AsyncSession, failed: FailedOrder) -> None:
    """Store an order that has failed.

    It may exist already: during an upgrade, processes of the previous version retry orders without deleting the row.
    """
    await session.merge(failed)


async def rename_failed_order(session: AsyncSession, order_id: UUID, display_name: str) -> None:
    """Follow the name of the order's service, if the order has failed."""
    failed = update(FailedOrder).where(FailedOrder.order_id == order_id)
    await session.execute(failed.values(display_name=display_name))


async def delete_failed_order(session: AsyncSession, order_id: UUID) -> None:
    """Delete the row of an order that is retried."""
    await session.execute(delete(FailedOrder).where(FailedOrder.order_id == order_id))
