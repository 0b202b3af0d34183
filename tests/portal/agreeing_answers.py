"""The fake API of provisioning for changing, suspending and cancelling services."""

import json
from dataclasses import dataclass
from typing import Any

import httpx

from tests.portal import business
from tests.portal.answering import Reply, answers, problem, refused_fields
from tests.portal.samples import ident


def change_order(state: str = "provisioning", **changes: Any) -> dict[str, Any]:
    """Of the port's speed and quantity."""
    whole = business.order(1)
    former = {"configuration": whole["configuration"] | {"speed_gbps": 1}, "quantity": 2}
    return whole | {
        "id": ident("change order"), "number": "ORD-1060", "kind": "change", "state": state,
        "former": former | {"plan_version_id": ident("plan-1")},
    } | changes  # fmt: skip


def cancel_order(ends: str, state: str, **changes: Any) -> dict[str, Any]:
    return business.order(1) | {
        "id": ident("cancel order"), "number": "ORD-1061", "kind": "cancel", "state": state, "ends": ends,
        "end_reason": "not_needed", "steps": [] if state == "scheduled" else business.order(1)["steps"],
    } | changes  # fmt: skip


def renewal_order(state: str = "awaiting_approval", **wanted: Any) -> dict[str, Any]:
    """That Tom, who has to ask, wants."""
    kept = {name: wanted[name] for name in ("months", "term_ends_on", "message", "failure", "failure_code")
            if name in wanted}  # fmt: skip
    return business.order(1) | {
        "id": ident("renewal order"), "number": "ORD-1062", "kind": "renew", "state": state, "steps": [],
        "service_id": ident("service-1"), "placed_by": ident("tom"), "placed_via": "self",
    } | kept  # fmt: skip


@dataclass
class AgreeingAnswers:
    agreed: dict[str, Any] | None = None
    """The order that changes or cancels a service."""

    @answers("POST", "/provisioning/add-ons/changes/check")
    def check_add_on_change(self, request: httpx.Request) -> Reply:
        return self.check_change(request)

    @answers("POST", "/provisioning/add-ons/changes")
    def change_add_on(self, request: httpx.Request) -> Reply:
        return self.order_change(request)

    @answers("POST", "/provisioning/add-ons/cancellations")
    def cancel_add_on(self, request: httpx.Request) -> Reply:
        return self.cancel_service(request)

    @answers("POST", "/provisioning/add-ons/cancellations/{order}/undo")
    def undo_cancellation_of_add_on(self, request: httpx.Request, order: str) -> Reply:
        return self.undo_cancellation(request, order)

    @answers("POST", "/provisioning/changes/check")
    def check_change(self, request: httpx.Request) -> Reply:
        return self._change_refusal(request) or httpx.Response(204)

    @answers("POST", "/provisioning/changes")
    def order_change(self, request: httpx.Request) -> Reply:
        refusal = self._change_refusal(request)
        if refusal is None:
            asks = "token-of-tomas" in request.headers["authorization"]
            waiting: dict[str, Any] = {"state": "awaiting_approval", "steps": [], "placed_by": ident("tom")}
            self.agreed = change_order(**waiting if asks else {})
        return refusal or self.agreed

    def _change_refusal(self, request: httpx.Request) -> httpx.Response | None:
        wanted = json.loads(request.content)
        if wanted["configuration"].get("speed_gbps") == 400:
            return refused_fields(configuration__speed_gbps="does_not_fit")
        return None

    @answers("POST", "/provisioning/renewals")
    def order_renewal(self, request: httpx.Request) -> Reply:
        self.agreed = renewal_order(**json.loads(request.content))
        return self.agreed

    @answers("POST", "/provisioning/renewals/extend")
    def order_extension(self, request: httpx.Request) -> Reply:
        return self.order_renewal(request)

    @answers("POST", "/provisioning/cancellations")
    def cancel_service(self, request: httpx.Request) -> Reply:
        wanted = json.loads(request.content)
        state = {"now": "provisioning", "period_end": "scheduled"}[wanted["ends"]]
        self.agreed = cancel_order(wanted["ends"], state, end_reason=wanted["end_reason"])
        return self.agreed

    @answers("POST", "/provisioning/cancellations/{order}/undo")
    def undo_cancellation(self, request: httpx.Request, order: str) -> Reply:
        if self.agreed is None or self.agreed["state"] != "scheduled":
            return problem(409, "cancellation-not-scheduled", "Order ORD-1061 is undone.", state="undone")
        self.agreed |= {"state": "undone"}
        return self.agreed

    @answers("POST", "/provisioning/suspensions")
    def suspend(self, request: httpx.Request) -> Reply:
        if json.loads(request.content)["reason"] == "pause" and "service-2" not in self.pausable:
            return problem(409, "not-pausable", "The plan of this service cannot be paused.")
        return {"id": ident("restart operation")}

    @answers("POST", "/provisioning/suspensions/{service}/end")
    def resume(self, request: httpx.Request, service: str) -> Reply:
        return {"id": ident("restart operation")}

    @property
    def pausable(self) -> set[str]:
        return {"service-2"}
