"""The fake API of identity for accounts that their holders close."""

import json
from dataclasses import dataclass
from typing import Any

import httpx

from tests.portal import samples
from tests.portal.answering import Reply, answers, found_by_id, problem, refused_fields
from tests.portal.erasing_answers import ErasingAnswers


@dataclass
class ClosingAnswers(ErasingAnswers):
    closing: dict[str, Any] | None = None
    """That the account of everybody's workspace is being closed, or is closed."""
    has_customers: bool = False

    @answers("GET", "/identity/closings/own")
    def own_closing(self, request: httpx.Request) -> Reply:
        return {
            "closing": self.closing, "would_close_at": samples.at(days=-30), "account_number": "NWL-20418",
            "losing_access": 3, "invitations": 1, "has_customers": self.has_customers,
            "signed_in_lately": self.signed_in_lately,
        }  # fmt: skip

    @answers("POST", "/identity/closings")
    def ask_for_closing(self, request: httpx.Request) -> Reply:
        if json.loads(request.content)["account_number"] != "NWL-20418":
            return refused_fields(account_number="not_the_account_number")
        self.closing = closing_by("jonas")
        return httpx.Response(201, json=self.own_closing(request))

    @answers("POST", "/identity/closings/own/keep")
    def keep_account(self, request: httpx.Request) -> Reply:
        if self.closing is None:
            return problem(409, "not-closing", "This account is not being closed.")
        self.closing = None
        return httpx.Response(204)

    @answers("GET", "/identity/closings/below/{workspace}")
    def get_closing_below(self, request: httpx.Request, workspace: str) -> Reply:
        child = found_by_id(samples.CUSTOMERS + samples.PARTNERS, workspace)
        if not isinstance(child, dict):
            return child
        kind = "partner" if "customers" in child else "customer"
        name = child["display_name"]
        return {"workspace_id": workspace, "display_name": name, "kind": kind, "closing": closing_by("jonas")}


def closing_by(name: str) -> dict[str, Any]:
    person = {each: samples.PEOPLE[name][each] for each in ("id", "address", "display_name")}
    return {"asked_at": samples.at(), "asked_by": person, "closes_at": samples.at(days=-30), "closed_at": None}
