"""The fake API of provisioning for what the provider's staff do by hand."""

import json
from typing import Any

import httpx

from tests.portal.answering import Reply, answers, problem, refused_fields
from tests.portal.business import PORT
from tests.portal.samples import at, ident, on

JPEG = b"\xff\xd8\xff a photo"
ACCEPTED = b"\x89PNG a photo"
"""The only upload that is a photo."""
SUMMARY = {
    "id": ident("task-1"), "workspace_id": ident("northwind"), "customer_name": "Northwind Logistics",
    "order_number": "ORD-1060", "display_name": "Edge gateway Berlin", "product_name": "Edge gateway", "kind": "asset",
    "verb": "create", "quantity": 2, "location_name": "Berlin office", "wanted_on": on(9), "planned_on": None,
    "state": "waiting", "opened_at": at(days=5),
}  # fmt: skip
SET_UP = SUMMARY | {
    "id": ident("task-2"), "order_number": "ORD-1061", "customer_name": None, "display_name": "Line to the harbour",
    "product_name": "Dedicated port", "kind": "port", "quantity": 1, "location_name": None, "wanted_on": None,
    "planned_on": on(3), "state": "planned",
}  # fmt: skip
TASK = SUMMARY | {
    "order_id": ident("order-60"), "service_id": ident("service-60"), "service_name": "Edge gateway Berlin",
    "service_state": "provisioning", "product": PORT | {"kind": "asset", "display_name": "Edge gateway"},
    "configuration": {"speed_gbps": 10}, "former_location_name": None, "message": "Ring at the back door.",
    "note": "", "reason": None, "answered_by_address": None, "ordered_by_address": "jonas@northwind.example",
    "serial_numbers": [], "condition": None, "photo_digest": None,
    "place": {
        "display_name": "Berlin office", "street": "Hafenstr. 4", "postal_code": "10115", "city": "Berlin",
        "country": "DE", "contact_name": "Mara Lind", "contact_address": "mara@northwind.example",
    },
}  # fmt: skip
"""An asset that is to be delivered."""
ENDED = ("done", "given_up", "dropped")


class ManualTasksAnswers:
    """There is one task; a test may change it."""

    hand_work: dict[str, Any] = TASK

    def now_by_hand(self, **changes: Any) -> None:
        self.hand_work = TASK | changes

    @answers("GET", "/provisioning/manual-tasks")
    def list_manual_tasks(self, request: httpx.Request) -> Reply:
        asked = request.url.params.get("state")
        found = [each for each in (SUMMARY, SET_UP) if asked in (None, each["state"])]
        return {"items": found, "next": None if asked else "more"}

    @answers("GET", "/provisioning/manual-tasks/count")
    def count_manual_tasks(self, request: httpx.Request) -> Reply:
        return {"count": 2}

    @answers("GET", "/provisioning/manual-tasks/{task}")
    def get_manual_task(self, request: httpx.Request, task: str) -> Reply:
        return self.hand_work if task == TASK["id"] else problem(404, "not-found", "There is no such task.")

    @answers("POST", "/provisioning/manual-tasks/{task}/plan")
    def plan_manual_task(self, request: httpx.Request, task: str) -> Reply:
        body = json.loads(request.content)
        if not body["planned_on"]:
            return refused_fields(planned_on="not_a_date")
        if body["planned_on"] < on(0):
            errors = [{"pointer": "/planned_on", "code": "not_that_day", "detail": "must be from today on"}]
            return problem(422, "planned-otherwise", "Choose another day.", errors=errors)
        return self._said(task, state="planned", planned_on=body["planned_on"], note=body["note"])

    @answers("POST", "/provisioning/manual-tasks/{task}/finish")
    def finish_manual_task(self, request: httpx.Request, task: str) -> Reply:
        body = json.loads(request.content)
        return self._misdescribed(body) or self._said(task, state="done", **body)

    @answers("POST", "/provisioning/manual-tasks/{task}/give-up")
    def give_up_manual_task(self, request: httpx.Request, task: str) -> Reply:
        reason = json.loads(request.content)["reason"]
        if not reason:
            return refused_fields(reason="required")
        if self.hand_work["verb"] == "delete":
            return problem(409, "task-not-given-up", "The service is cancelled. Plan another day.")
        return self._said(task, state="given_up", reason=reason)

    @answers("PUT", "/provisioning/manual-tasks/{task}/asset")
    def describe_manual_asset(self, request: httpx.Request, task: str) -> Reply:
        body = json.loads(request.content)
        if (refusal := self._misdescribed(body)) is None:
            self.hand_work = self.hand_work | body
        return refusal

    @answers("PUT", "/provisioning/manual-tasks/{task}/photo")
    def change_manual_photo(self, request: httpx.Request, task: str) -> Reply:
        if request.content != ACCEPTED:
            return problem(422, "not-a-photo", "Send a PNG, JPEG or WebP image.", reason="not_an_image")
        self.hand_work = self.hand_work | {"photo_digest": "ab" * 32}
        return None

    @answers("DELETE", "/provisioning/manual-tasks/{task}/photo")
    def remove_manual_photo(self, request: httpx.Request, task: str) -> Reply:
        self.hand_work = self.hand_work | {"photo_digest": None}
        return None

    @answers("GET", "/provisioning/manual-tasks/{task}/photo")
    def get_manual_photo(self, request: httpx.Request, task: str) -> Reply:
        if self.hand_work["photo_digest"] is None:
            return problem(404, "not-found", "There is no such photo.")
        kept = {"content-type": "image/jpeg", "cache-control": "private, max-age=31536000, immutable"}
        return httpx.Response(200, content=JPEG, headers=kept)

    @answers("GET", "/provisioning/assets/{service}/photo")
    def get_photo_of_service(self, request: httpx.Request, service: str) -> Reply:
        return problem(404, "not-found", "There is no such photo.")

    def _misdescribed(self, body: dict[str, Any]) -> httpx.Response | None:
        numbers = body["serial_numbers"]
        long = [n for n, number in enumerate(numbers) if len(number) > 60]
        if long:
            errors = [{"pointer": f"/serial_numbers/{long[0]}", "code": "too_long", "detail": "x", "limit": 60}]
            return problem(422, "invalid", "Some fields are not valid.", errors=errors)
        if len(numbers) > self.hand_work["quantity"]:
            errors = [{"pointer": "/serial_numbers", "code": "does_not_fit", "detail": "has at most one per piece: 2"}]
            return problem(422, "asset-does-not-fit", "Correct it.", errors=errors)
        return None

    def _said(self, task: str, **changes: Any) -> Reply:
        if task != TASK["id"]:
            return problem(404, "not-found", "There is no such task.")
        if (state := self.hand_work["state"]) in ENDED:
            return problem(409, "task-not-open", f"The task is {state}.", state=state)
        self.hand_work = self.hand_work | changes
        return None
