"""Made-up bill groups that were left out, and invoices without a PDF."""

from typing import Any

from tests.portal.samples import at, ident

PARKED_GROUPS: list[dict[str, Any]] = [
    {
        "id": ident("group"), "workspace_id": ident("northwind"), "customer_name": "Northwind Logistics",
        "billing_on": "2026-12-11", "reason": "failed", "detail": "OverflowError", "parked_at": at(hours=3),
    },
]  # fmt: skip


def unprinted(number: str, customer: str, **more: Any) -> dict[str, Any]:
    about = {"id": ident(number), "number": number, "workspace_id": ident(customer), "customer_name": customer}
    return (
        about | {"issued_at": at(hours=3), "state": "failed", "failure": None, "failed_at": None, "missing": []} | more
    )


UNPRINTED = [
    unprinted("INV-2026-00009", "Halcyon Health", failure="died", failed_at=at(hours=2)),
    unprinted("INV-2026-00008", "Northwind Logistics", state="ready", missing=["\u1401", "\u0f40"]),
]
