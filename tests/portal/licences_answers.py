"""The fake API of provisioning for licences."""

import json
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.portal.answering import Reply, answers, problem
from tests.portal.samples import at, ident

KEY = "eyJhbGciOiJFZDI1NTE5In0.a-made-up-key.of-the-tests"
GATEWAY = {"id": ident("gateway"), "key": "gateway", "display_name": "Harbour Gateway", "kind": "licence", "version": 1}


def licence(**changes: Any) -> dict[str, Any]:
    return {
        "id": ident("licence"), "service_id": ident("service-1"), "display_name": "Gateway of Hamburg",
        "product": GATEWAY, "state": "valid", "quantity": 3, "activations": 1, "maintenance_until": "2027-11-30",
        "valid_until": None, "issued_at": at(days=20),
    } | changes  # fmt: skip


MACHINE = {"id": ident("machine"), "machine_name": "build-1", "activated_at": at(days=9), "renewed_at": at(days=1)}
CHECKED = {
    "verdict": "valid", "licence_id": ident("licence"), "product_name": "Harbour Gateway", "company": "Northwind",
    "issued_on": "2026-11-02", "quantity": 3, "maintenance_until": "2027-11-30", "valid_until": None,
    "is_newest_text": True,
}  # fmt: skip


@dataclass
class LicencesAnswers:
    licences: list[dict[str, Any]] = field(default_factory=lambda: [licence()])
    licence_changes: dict[str, Any] = field(default_factory=dict)
    """What is otherwise with the licence than usual."""
    checked: dict[str, Any] = field(default_factory=lambda: dict(CHECKED))
    """What is said of `KEY`."""

    def _detail(self) -> dict[str, Any]:
        more = {"generation": 1, "signing_key_id": None, "revoked_at": None, "revoked_for": None, "machines": [MACHINE]}
        return licence() | more | self.licence_changes

    @answers("GET", "/provisioning/licences")
    def list_licences(self, request: httpx.Request) -> Reply:
        counted = request.url.params.get("count")
        return {"items": self.licences, "next": None, "count": len(self.licences) if counted else None}

    @answers("GET", "/provisioning/customers/{customer}/licences")
    def list_licences_of(self, request: httpx.Request, customer: str) -> Reply:
        return self.list_licences(request)

    @answers("GET", "/provisioning/licences/{id}")
    def get_licence(self, request: httpx.Request, id: str) -> Reply:
        return self._detail()

    @answers("GET", "/provisioning/licences/of-service/{service}")
    def get_licence_of(self, request: httpx.Request, service: str) -> Reply:
        return self._detail()

    @answers("GET", "/provisioning/customers/{customer}/licences/{id}")
    def get_licence_of_customer(self, request: httpx.Request, customer: str, id: str) -> Reply:
        return self._detail()

    @answers("POST", "/provisioning/licences/{id}/key")
    def show_licence_key(self, request: httpx.Request, id: str) -> Reply:
        if self._detail()["state"] == "revoked":
            return problem(409, "licence-not-valid", "The licence is revoked.", state="revoked")
        return {"key": KEY, "generation": 1, "signing_key_id": "a"}

    @answers("POST", "/provisioning/licences/{id}/rotate")
    def rotate_licence(self, request: httpx.Request, id: str) -> Reply:
        return None

    @answers("POST", "/provisioning/licences/{id}/activations/{activation}/release")
    def release_machine(self, request: httpx.Request, id: str, activation: str) -> Reply:
        return None

    @answers("POST", "/provisioning/customers/{customer}/licences/{id}/{deed}")
    def revoke_or_reinstate(self, request: httpx.Request, customer: str, id: str, deed: str) -> Reply:
        return None

    @answers("POST", "/provisioning/licence-checks")
    def check_licence_key(self, request: httpx.Request) -> Reply:
        if json.loads(request.content)["key"] != KEY:
            return problem(422, "key-not-genuine", "It is incomplete.")
        return self.checked
