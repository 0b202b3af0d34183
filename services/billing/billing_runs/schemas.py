from datetime import date, datetime
from uuid import UUID

from services.billing.invoices.checks import Reason
from shared.schemas import Read


class ParkedGroupRead(Read):
    """A bill group of any workspace that the billing run left out."""

    id: UUID
    """The bill group."""
    workspace_id: UUID
    customer_name: str | None
    """The workspace's name. Null while it is not known yet."""
    billing_on: date
    """The billing date that was not billed."""
    reason: Reason
    detail: str
    """The kind of error where the reason is ``failed``, else empty."""
    parked_at: datetime
    """Business time."""
