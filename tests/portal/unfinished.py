"""Made-up bill groups that were left out, and invoices without a PDF."""

from typing import Any

from tests.portal.samples import at, ident, on

PARKED_GROUPS: list[dict[str, Any]] = [
    {
        "id": ident("group"), "workspace_id": ident("northwind"), "customer_name": "Northwind Logistics",
        "billing_on": "2026-12-11", "reason": "failed", "detail": "OverflowError", "parked_at": at(hours=3),
    },
]  # fmt: skip


def previewed(customer: str, outcome: str, total: int | None, **more: Any) -> dict[str, Any]:
    of = customer.split(maxsplit=1)[0].lower()
    about = {"id": ident(f"group of {of}"), "workspace_id": ident(of), "customer_name": customer,
             "is_own_customer": of != "quarry"}  # fmt: skip
    shown = {"display_name": "Default", "billing_on": on(9), "outcome": outcome, "reason": None, "currency": "EUR"}
    return about | shown | {"lines": 3 if outcome == "invoice" else 0, "total_minor": total} | more


RUN_PREVIEW: dict[str, Any] = {
    "until": on(0),
    "items": [
        previewed("Northwind Logistics", "invoice", 1_754_000),
        previewed("Halcyon Health", "left_out", None, reason="too_much"),
        previewed("Brookside Foods", "nothing_to_pay", 0),
        previewed("Harbour Works", "not_estimated", None),
    ],
    "totals": [{"currency": "EUR", "invoices": 1, "total_minor": 1_754_000}],
    "next": None,
}


def unprinted(number: str, customer: str, **more: Any) -> dict[str, Any]:
    about = {"id": ident(number), "number": number, "workspace_id": ident(customer), "customer_name": customer}
    return (
        about | {"issued_at": at(hours=3), "state": "failed", "failure": None, "failed_at": None, "missing": []} | more
    )


UNPRINTED = [
    unprinted("INV-2026-00009", "Halcyon Health", failure="died", failed_at=at(hours=2)),
    unprinted("INV-2026-00008", "Northwind Logistics", state="ready", missing=["\u1401", "\u0f40"]),
]
