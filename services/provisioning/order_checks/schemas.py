from uuid import UUID

from shared.schemas import Read


class OrderCheckRead(Read):
    """An order that could be placed, or was."""

    placed_order_id: UUID | None
    """The order that was placed with the same key already; null where none was, and it could be placed."""
