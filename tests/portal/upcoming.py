"""Made-up upcoming invoices."""

from tests.portal.business import INVOICE_LINES
from tests.portal.samples import ident, on

NEXT_INVOICE = {
    "bill_group_id": ident("group"), "currency": "USD", "billing_on": on(9), "estimated_minor": 1768800,
    "net_minor": 1474000, "taxes": [{"tax_percent": "20", "tax_minor": 294800}], "line_count": 104,
    "lines": INVOICE_LINES["lines"],
}  # fmt: skip
NO_NEXT_INVOICE = NEXT_INVOICE | {
    "billing_on": None, "estimated_minor": None, "net_minor": None, "taxes": [], "line_count": 0, "lines": [],
}  # fmt: skip
