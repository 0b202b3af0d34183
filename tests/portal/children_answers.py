"""The fake API of identity for the customers and partners of a workspace."""

import json
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.portal import samples
from tests.portal.answering import Reply, answers, found_by_id, problem, refused_fields
from tests.portal.identity_answers import IdentityAnswers

PARTNER_IDS = {each["id"] for each in samples.PARTNERS}


@dataclass
class ChildrenAnswers(IdentityAnswers):
    suspended: dict[str, str] = field(default_factory=dict)
    """The reasons by the ids of workspaces."""
    from_above: set[str] = field(default_factory=set)
    """Those of them that the provider has suspended."""

    @answers("GET", "/identity/customers")
    def list_customers(self, request: httpx.Request) -> Reply:
        return samples.customers_page(self._session(request), request.url.params)

    @answers("GET", "/identity/customers/summary")
    def get_summary(self, request: httpx.Request) -> Reply:
        return {"customers": 12, "inactive": 4, "never": 1, "invited": 1001, "expiring": 2}

    @answers("GET", "/identity/customers/{customer}")
    def get_customer(self, request: httpx.Request, customer: str) -> Reply:
        return found_by_id(samples.CUSTOMERS + samples.NOT_CONNECTED, customer)

    @answers("POST", "/identity/customers")
    def add_customer(self, request: httpx.Request) -> Reply:
        name = json.loads(request.content)["display_name"]
        return (
            samples.customer(name, "NEW-1", status="not_connected") if name else refused_fields(display_name="required")
        )

    @answers("PATCH", "/identity/customers/{customer}")
    def rename_customer(self, request: httpx.Request, customer: str) -> Reply:
        name = json.loads(request.content)["display_name"]
        return {"id": customer, "slug": "renamed", "display_name": name} if name else refused_fields(
            display_name="required"
        )  # fmt: skip

    @answers("DELETE", "/identity/customers/{customer}")
    def remove_customer(self, request: httpx.Request, customer: str) -> Reply:
        return None

    @answers("PUT", "/identity/customers/{customer}/contact")
    def put_contact_on_file(self, request: httpx.Request, customer: str) -> Reply:
        body = json.loads(request.content)
        return body if "@" in body["address"] else refused_fields(address="not_an_address")

    @answers("POST", "/identity/customers/{customer}/invite")
    def invite_customer(self, request: httpx.Request, customer: str) -> Reply:
        return samples.INVITATIONS[0]

    @answers("POST", "/identity/customers/{customer}/revoke-invitation")
    def revoke_invitation_of(self, request: httpx.Request, customer: str) -> Reply:
        return httpx.Response(204)

    @answers("GET", "/identity/suspensions/{workspace}")
    def get_child_suspension(self, request: httpx.Request, workspace: str) -> Reply:
        known = samples.CUSTOMERS + samples.NOT_CONNECTED + samples.PARTNERS
        child = next((each for each in known if each["id"] == workspace), None)
        return found_by_id([], workspace) if child is None else self._suspension(child)

    @answers("PUT", "/identity/suspensions/{workspace}")
    def suspend_child(self, request: httpx.Request, workspace: str) -> Reply:
        reason = json.loads(request.content)["reason"]
        if not reason:
            return refused_fields(reason="required")
        if workspace in self.suspended:
            return problem(409, "suspended-already", "It is suspended already.")
        self.suspended[workspace] = reason
        return self.get_child_suspension(request, workspace)

    @answers("DELETE", "/identity/suspensions/{workspace}")
    def reinstate_child(self, request: httpx.Request, workspace: str) -> Reply:
        if workspace in self.from_above:
            return problem(409, "suspended-from-above", "It is suspended by the provider, which can end it.")
        self.suspended.pop(workspace, None)
        return httpx.Response(204)

    def _suspension(self, child: dict[str, Any]) -> dict[str, Any]:
        reason = self.suspended.get(child["id"])
        kind = "partner" if "customers" in child else "customer"
        by = {"suspended_at": samples.at(days=1), "suspended_by": "Robin Lindqvist"} if reason else {}
        return {
            "workspace_id": child["id"], "display_name": child["display_name"], "kind": kind,
            "connected": child["status"] == "connected", "suspended_at": None, "suspended_by": None, "reason": reason,
            "may_end": bool(reason) and child["id"] not in self.from_above,
        } | by  # fmt: skip

    @answers("GET", "/identity/partners")
    def list_partners(self, request: httpx.Request) -> Reply:
        return {"items": samples.PARTNERS, "next": None}

    @answers("GET", "/identity/partners/{partner}")
    def get_partner(self, request: httpx.Request, partner: str) -> Reply:
        return found_by_id(samples.PARTNERS, partner)

    @answers("GET", "/identity/partners/{partner}/customers")
    def list_customers_of_partner(self, request: httpx.Request, partner: str) -> Reply:
        page = samples.customers_page(self._session(request), request.url.params)
        to_read = [each | {"contact": None, "may_enter": False} for each in page["items"]]
        shown = [each if each["role"] == "support" else each | {"role": "read_only"} for each in to_read]
        return found_by_id(samples.PARTNERS, partner) if partner not in PARTNER_IDS else page | {"items": shown}

    @answers("POST", "/identity/partners")
    def add_partner(self, request: httpx.Request) -> Reply:
        body = json.loads(request.content)
        if "@" not in body["address"]:
            return refused_fields(address="not_an_address")
        added = samples.partner(body["display_name"], "new", "NEW-2", "not_connected", invitation=samples.pending())
        shown = {name: added[name] for name in ("id", "slug", "display_name", "account_number")}
        return shown | {"invitation": samples.INVITATIONS[0]}
