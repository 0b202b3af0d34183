"""Events about invoices and payments, and billing's command with an invoice's PDF."""

import base64
from typing import Any, TypeVar
from uuid import UUID, uuid4

from shared.events.billing import (
    InvoicedLine,
    InvoiceIssued,
    InvoiceLongOverdue,
    InvoiceOverdue,
    InvoicePaid,
    PaymentEvent,
)
from tests.notifications.harness import CUSTOMER, NOON, PARTNER, TOM, invoice

P = TypeVar("P", bound=PaymentEvent)

PDF = b"%PDF-1.7 canary of the document"
QUEUE = "notifications.on.invoice_document"
ABOUT: dict[str, Any] = {
    "workspace_id": CUSTOMER, "parent_workspace_id": PARTNER, "currency": "EUR", "occurred_at": NOON,
}  # fmt: skip
LATE: dict[str, Any] = {"due_on": "2026-10-23", "days_overdue": 30, "outstanding_minor": 180_050}


def line(description: str = "Frankfurt uplink (10 Gbps port)", **fields: Any) -> InvoicedLine:
    given = {"description": description, "kind": "recurring", "period_from": "2026-12-01",
             "period_to": "2026-12-31", "quantity": 1, "net_minor": 85_000}  # fmt: skip
    return InvoicedLine(**(given | fields))


def statement(*lines: InvoicedLine, **fields: Any) -> dict[str, Any]:
    return {
        "net_minor": 154_622,
        "tax_minor": 29_378,
        "lines": lines or (line(),),
        "line_count": len(lines) or 1,
    } | fields


def issued(bill_group_id: UUID, *lines: InvoicedLine, **fields: Any) -> InvoiceIssued:
    """An invoice with its lines, whose document is printed."""
    return invoice(bill_group_id, **statement(*lines), **fields)


def paid(bill_group_id: UUID, **fields: Any) -> InvoicePaid:
    given = ABOUT | {"invoice_id": uuid4(), "number": "LC-2026-000042", "bill_group_id": bill_group_id,
                     "total_minor": 184_000}  # fmt: skip
    return InvoicePaid(**(given | fields))


def overdue(bill_group_id: UUID, **fields: Any) -> InvoiceOverdue:
    given = ABOUT | LATE | {"invoice_id": uuid4(), "number": "LC-2026-000042", "bill_group_id": bill_group_id,
                            "total_minor": 184_000, "reminder": 1, "reminders": 3}  # fmt: skip
    return InvoiceOverdue(**(given | fields))


def long_overdue(bill_group_id: UUID, **fields: Any) -> InvoiceLongOverdue:
    given = ABOUT | LATE | {"invoice_id": uuid4(), "number": "LC-2026-000042", "bill_group_id": bill_group_id,
                            "total_minor": 184_000}  # fmt: skip
    return InvoiceLongOverdue(**(given | fields))


def payment(kind: type[P], **fields: Any) -> P:
    given = ABOUT | {"payment_id": uuid4(), "invoice_id": uuid4(), "bill_group_id": uuid4(), "amount_minor": 184_000,
                     "invoice_number": "LC-2026-000042", "begun_by": TOM, "method": "card"}  # fmt: skip
    return kind(**(given | fields))


def document(event_id: UUID, content: bytes | None = PDF, **fields: Any) -> dict[str, Any]:
    """The body of billing's command."""
    encoded = None if content is None else base64.b64encode(content).decode()
    given = {"event_id": str(event_id), "workspace_id": str(CUSTOMER), "invoice_id": str(uuid4()),
             "filename": "LC-2026-000042.pdf", "content": encoded}  # fmt: skip
    return given | fields
