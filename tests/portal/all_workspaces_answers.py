"""The fake API of provisioning for the provider's staff: orders and failed work of all workspaces."""

import json
from typing import Any

import httpx

from tests.portal.answering import Reply, answers, problem, refused_fields
from tests.portal.business import PORT
from tests.portal.samples import at, ident


def listed_order(number: str, customer: str, state: str) -> dict[str, Any]:
    return {
        "id": ident(number), "number": number, "workspace_id": ident(customer.split(maxsplit=1)[0].lower()),
        "customer_name": customer, "product": PORT, "quantity": 1, "state": state,
        "placed_by_address": "tom@meridian.example", "placed_via": "on_behalf", "placed_at": at(days=3),
    }  # fmt: skip


ALL_ORDERS = [
    listed_order("ORD-1051", "Halcyon Health", "failed"),
    listed_order("ORD-1049", "Northwind Logistics", "awaiting_acknowledgement"),
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


WAITING = {
    name: value for name, value in listed_order("ORD-1049", "Northwind Logistics", "").items() if name != "state"
} | {
    "plan_version_id": ident("plan-1"), "display_name": "Port to the warehouse", "site": None,
    "configuration": {"speed_gbps": 10, "site": "FRA-02"}, "submitted_at": at(days=2),
    "brought": [], "whole_name": None, "location_name": None, "wanted_on": None, "message": "",
}  # fmt: skip
"""An order that waits for the provider."""


class AllWorkspacesAnswers:
    answered: str | None = None
    """What became of the order that waits."""

    @answers("GET", "/provisioning/acknowledgements/count")
    def count_waiting(self, request: httpx.Request) -> Reply:
        return {"count": 0 if self.answered else 1}

    @answers("GET", "/provisioning/acknowledgements/{order}")
    def get_waiting(self, request: httpx.Request, order: str) -> Reply:
        return (
            WAITING if order == WAITING["id"] and not self.answered else problem(404, "not-found", "It waits no more.")
        )

    @answers("POST", "/provisioning/acknowledgements/{order}/acknowledge")
    def acknowledge(self, request: httpx.Request, order: str) -> Reply:
        return self._provider_says("placed")

    @answers("POST", "/provisioning/acknowledgements/{order}/return")
    def send_back(self, request: httpx.Request, order: str) -> Reply:
        reason = json.loads(request.content)["reason"]
        return self._provider_says("returned") if reason else refused_fields(reason="required")

    def _provider_says(self, state: str) -> Reply:
        if self.answered:
            return problem(409, "not-awaiting-acknowledgement", f"It is {self.answered}.", state=self.answered)
        self.answered = state
        return {"id": WAITING["id"], "number": WAITING["number"], "state": state}

    @answers("GET", "/provisioning/all-orders")
    def list_all_orders(self, request: httpx.Request) -> Reply:
        return {"items": ALL_ORDERS, "next": None}

    @answers("GET", "/provisioning/customer-orders/counts")
    def count_customer_orders(self, request: httpx.Request) -> Reply:
        return {"awaiting_approval": 0, "awaiting_acknowledgement": 1, "placed": 2, "provisioning": 3, "failed": 1001}

    @answers("GET", "/provisioning/customer-orders")
    def list_customer_orders(self, request: httpx.Request) -> Reply:
        slugs = {"Northwind Logistics": "northwind", "Halcyon Health": "halcyon"}
        items = [each | {"customer_slug": slugs[each["customer_name"]]} for each in ALL_ORDERS]
        return {"items": items, "next": None}

    @answers("GET", "/provisioning/failed-work")
    def list_failed_work(self, request: httpx.Request) -> Reply:
        return {"items": FAILED_WORK, "next": None}
