"""The fake API of identity for the customers and partners of a workspace."""

import json
from dataclasses import dataclass

import httpx

from tests.portal import samples
from tests.portal.answering import Reply, answers, found_by_id, refused_fields
from tests.portal.identity_answers import IdentityAnswers


@dataclass
class ChildrenAnswers(IdentityAnswers):
    @answers("GET", "/identity/customers")
    def list_customers(self, request: httpx.Request) -> Reply:
        return samples.customers_page(self._session(request), request.url.params)

    @answers("GET", "/identity/customers/{customer}")
    def get_customer(self, request: httpx.Request, customer: str) -> Reply:
        return found_by_id(samples.CUSTOMERS + samples.NOT_CONNECTED, customer)

    @answers("POST", "/identity/customers")
    def add_customer(self, request: httpx.Request) -> Reply:
        name = json.loads(request.content)["display_name"]
        return (
            samples.customer(name, "NEW-1", status="not_connected") if name else refused_fields(display_name="required")
        )

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

    @answers("GET", "/identity/partners")
    def list_partners(self, request: httpx.Request) -> Reply:
        return {"items": samples.PARTNERS, "next": None}

    @answers("GET", "/identity/partners/{partner}")
    def get_partner(self, request: httpx.Request, partner: str) -> Reply:
        return found_by_id(samples.PARTNERS, partner)

    @answers("POST", "/identity/partners")
    def add_partner(self, request: httpx.Request) -> Reply:
        body = json.loads(request.content)
        if "@" not in body["address"]:
            return refused_fields(address="not_an_address")
        added = samples.partner(body["display_name"], "new", "NEW-2", "not_connected", invitation=samples.pending())
        shown = {name: added[name] for name in ("id", "slug", "display_name", "account_number")}
        return shown | {"invitation": samples.INVITATIONS[0]}
