from uuid import UUID

from shared.schemas import Read


class OwnAccountRead(Read):
    """What waits for somebody in one workspace that the caller is a user of. Numbers above 100 are 101."""

    workspace_id: UUID
    orders_to_approve: int | None
    """The orders that wait for an approval; null where the caller gives none."""
    failed_orders: int
    """The orders that could not be provisioned, and that somebody tries again or cancels."""
