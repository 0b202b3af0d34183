"""The fake API of provisioning for the provider's staff: orders and failed work of all workspaces."""

from typing import Any

import httpx

from tests.portal.answering import Reply, answers
from tests.portal.business import PORT
from tests.portal.samples import at, ident


def listed_order(number: str, customer: str, state: str) -> dict[str, Any]:
    return {
        "id": ident(number), "number": number, "workspace_id": ident(customer.split(maxsplit=1)[0].lower()),
        "customer_name": customer, "product": PORT, "quantity": 1, "state": state,
        "placed_by_address": "tom@meridian.example", "placed_via": "on_behalf", "placed_at": at(hours=3),
    }  # fmt: skip


ALL_ORDERS = [
    listed_order("ORD-1051", "Halcyon Health", "failed"),
    listed_order("ORD-1042", "Northwind Logistics", "fulfilled"),
]
FAILED_WORK = [
    {
        "id": ident("failed restart"), "workspace_id": ident("northwind"), "customer_name": "Northwind Logistics",
        "service_id": ident("service-1"), "display_name": "Port to the warehouse", "verb": "restart", "step": 2,
        "steps": 3, "failure": "No answer.", "failure_code": "unanswered", "failure_values": {},
        "failed_at": at(hours=2), "begun_by_address": "jonas@northwind.example", "begun_via": "self",
    },
]  # fmt: skip


class AllWorkspacesAnswers:
    @answers("GET", "/provisioning/all-orders")
    def list_all_orders(self, request: httpx.Request) -> Reply:
        return {"items": ALL_ORDERS, "next": None}

    @answers("GET", "/provisioning/failed-work")
    def list_failed_work(self, request: httpx.Request) -> Reply:
        return {"items": FAILED_WORK, "next": None}
