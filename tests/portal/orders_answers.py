"""The fake API of provisioning for orders."""

import json
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.portal import business
from tests.portal.agreeing_answers import AgreeingAnswers
from tests.portal.answering import Reply, answers, problem, refused_fields
from tests.portal.samples import ident


def waiting_order(state: str = "awaiting_approval", **changes: Any) -> dict[str, Any]:
    """An order that Tom, who has to ask, wants."""
    return business.order(1) | {
        "id": ident("waiting order"), "number": "ORD-1043", "state": state, "steps": [], "service_id": None,
        "placed_by": ident("tom"), "placed_via": "self", "message": "For the new site.",
    } | changes  # fmt: skip


def waiting_summary() -> dict[str, Any]:
    whole = waiting_order()
    return {name: whole.get(name) for name in business.order_summary(1)} | {"step": None, "steps": None}


@dataclass
class OrdersAnswers(AgreeingAnswers):
    order_step: int = 1
    ordered: set[str] = field(default_factory=set)
    """The keys of the orders that were placed."""
    waiting: dict[str, Any] | None = None
    """An order that waits for approval, and what became of it."""

    @answers("GET", "/provisioning/orders")
    def orders(self, request: httpx.Request) -> Reply:
        waiting = self.waiting is not None and self.waiting["state"] == "awaiting_approval"
        found = [waiting_summary()] if waiting else []
        if request.url.params.get("state") != "awaiting_approval":
            found.append(business.order_summary(self.order_step))
        return {"items": found, "next": None, "count": len(found)}

    @answers("POST", "/provisioning/add-ons/check")
    def check_add_on(self, request: httpx.Request) -> Reply:
        return self.check_order(request)

    @answers("POST", "/provisioning/add-ons")
    def order_add_on(self, request: httpx.Request) -> Reply:
        return self.place_order(request)

    @answers("POST", "/provisioning/add-ons/orders/{order}/withdraw")
    def withdraw_add_on(self, request: httpx.Request, order: str) -> Reply:
        return self.withdraw_order(request, order)

    @answers("POST", "/provisioning/order-checks")
    def check_order(self, request: httpx.Request) -> Reply:
        placed = ident("order") if request.headers["idempotency-key"] in self.ordered else None
        return self._order_refusal(request) or {"placed_order_id": placed}

    @answers("POST", "/provisioning/orders")
    def place_order(self, request: httpx.Request) -> Reply:
        refusal = self._order_refusal(request)
        if refusal is None:
            self.ordered.add(request.headers["idempotency-key"])
        if refusal is None and "token-of-tomas" in request.headers["authorization"]:
            self.waiting = waiting_order(message=json.loads(request.content)["message"])
            return self.waiting
        return refusal or business.order(1)

    @answers("POST", "/provisioning/orders/{order}/approve")
    def approve_order(self, request: httpx.Request, order: str) -> Reply:
        shown = json.loads(request.content)["plan_version_id"]
        if self.waiting and shown != self.waiting["newest_plan_version_id"]:
            return problem(409, "plan-superseded", "The plan was published anew.")
        return self._decide("placed", service_id=ident("service-1"))

    @answers("POST", "/provisioning/orders/{order}/refuse")
    def refuse_order(self, request: httpx.Request, order: str) -> Reply:
        reason = json.loads(request.content)["reason"]
        return self._decide("refused", reason=reason) if reason else refused_fields(reason="required")

    @answers("POST", "/provisioning/orders/{order}/withdraw")
    def withdraw_order(self, request: httpx.Request, order: str) -> Reply:
        return self._decide("withdrawn")

    def _decide(self, state: str, **changes: Any) -> Reply:
        if self.waiting is None or self.waiting["state"] != "awaiting_approval":
            return problem(409, "order-not-waiting", "Order ORD-1043 is refused.", state="refused")
        decided = {"decided_by_address": "jonas@northwind.example", "decided_at": business.at(minutes=1)}
        self.waiting |= changes | {"state": state} | (decided if state != "withdrawn" else {})
        return self.waiting

    def _order_refusal(self, request: httpx.Request) -> httpx.Response | None:
        wanted = json.loads(request.content)
        if len(wanted.get("message", "")) > 300:
            return refused_fields(message="too_long")
        if wanted["configuration"].get("speed_gbps") == 400:
            return refused_fields(configuration__speed_gbps="does_not_fit")
        return refused_fields(quantity="too_large") if wanted["quantity"] > 1000 else None

    @answers("GET", "/provisioning/orders/{order}")
    def order(self, request: httpx.Request, order: str) -> Reply:
        if self.agreed and order == self.agreed["id"]:
            return self.agreed
        if self.waiting and order == self.waiting["id"]:
            return self.waiting
        return business.order(self.order_step)
