from datetime import date
from uuid import UUID

from services.billing.invoices.schemas import InvoiceLineRead
from services.billing.price_previews.schemas import TaxRead
from shared.schemas import Read


class NextInvoiceRead(Read):
    """What the next invoice of a bill group comes to, if nothing changes until its billing date. An estimate: what is
    ordered, starts or ends until then counts, too. Amounts are whole minor units of ``currency``."""

    bill_group_id: UUID
    currency: str
    billing_on: date | None
    """When it is issued. Null while nothing is billed."""
    estimated_minor: int | None
    """With tax. Null while there is no date, and where it is not estimated: more than 2,500 subscriptions are due, or
    the invoice cannot be drafted now."""
    net_minor: int | None
    """Null like ``estimated_minor``."""
    taxes: list[TaxRead]
    """The tax of each rate."""
    line_count: int
    """Of all lines."""
    lines: list[InvoiceLineRead]
    """The first hundred."""
