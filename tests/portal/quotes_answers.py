"""The fake API of billing for quotes."""

import json
from typing import Any

import httpx

from tests.portal.answering import Reply, answers, problem
from tests.portal.business import PLANS, PORT
from tests.portal.samples import at, ident, on

ID = ident("quote")
SUMMARY = {
    "id": ID, "number": "Q-10042", "state": "offered", "bill_group_id": ident("group"),
    "wish": "Twenty ports in Hamburg.\nFrom March on.", "requested_by_address": "jonas@northwind.example",
    "requested_at": at(days=2), "valid_until": on(30), "currency": "EUR", "gross_minor": 214_200,
}  # fmt: skip
LINE = {
    "id": ident("line"), "position": 1, "product_id": PORT["id"], "plan_version_id": ident("private"),
    "display_name": "Uplink Hamburg", "configuration": {"speed_gbps": 10}, "quantity": 2, "interval_months": 1,
    "billed": "in_advance", "term_months": 12, "at_term_end": "renew", "unit_minor": 80_000, "once_unit_minor": 10_000,
    "net_minor": 160_000, "tax_minor": 30_400, "once_net_minor": 20_000, "once_tax_minor": 3_800, "order_id": None,
}  # fmt: skip
TOTALS = {
    "once_net_minor": 20_000, "once_tax_minor": 3_800, "gross_minor": 214_200,
    "recurring": [{"interval_months": 1, "net_minor": 160_000, "tax_minor": 30_400}],
}  # fmt: skip
OFFER = TOTALS | {
    "version": 2, "number": "Q-10042-2", "state": "open", "currency": "EUR", "tax_percent": "19.00",
    "valid_until": on(30), "terms": "Net within 30 days.", "offered_at": at(hours=5), "document": "ready",
    "lines": [LINE],
}  # fmt: skip
MESSAGE = {
    "id": ident("message"), "from_seller": True, "written_by_address": "lars@larkspur.example",
    "written_at": at(hours=4), "body": "Would March suit you?",
}  # fmt: skip
NOTE = {name: value for name, value in MESSAGE.items() if name != "from_seller"} | {"body": "Give them five percent."}
QUOTE = {
    name: SUMMARY[name]
    for name in ("id", "number", "state", "bill_group_id", "currency", "wish", "requested_by_address", "requested_at")
} | {
    "wished": None, "offer": OFFER, "acceptance": None, "reason": None, "ended_at": None, "order_failure": None,
    "messages": [MESSAGE],
}  # fmt: skip
DRAFT_LINE = {
    "plan_version_id": PLANS[0]["plan_version_id"], "configuration": {"speed_gbps": 10}, "quantity": 2,
    "display_name": "Uplink Hamburg", "recurring_minor": 80_000, "one_off_minor": 10_000, "field_prices": None,
    "term_months": None,
}  # fmt: skip
DRAFT = {"version": 3, "lines": [DRAFT_LINE], "valid_until": on(30), "terms": "Net within 30 days."}


class QuotesAnswers:
    """There is one quote; a test may change it."""

    quote: dict[str, Any] = QUOTE
    draft: dict[str, Any] | None = None

    def _whole(self) -> dict[str, Any]:
        customer = {"workspace_id": ident("northwind"), "customer_name": "Northwind Logistics"}
        return self.quote | customer | {"draft": self.draft, "draft_totals": self.draft and TOTALS, "notes": [NOTE]}

    def _quote_changed(self) -> dict[str, Any]:
        return {name: self.quote[name] for name in ("id", "number", "state")}

    @answers("GET", "/billing/quotes")
    def list_quotes(self, request: httpx.Request) -> Reply:
        asked = request.url.params.get("state")
        return {"items": [SUMMARY] if asked in (None, "offered") else [], "next": None}

    @answers("POST", "/billing/quotes")
    def request_quote(self, request: httpx.Request) -> Reply:
        return self._quote_changed()

    @answers("GET", "/billing/quotes/{quote}")
    def get_quote(self, request: httpx.Request, quote: str) -> Reply:
        return self.quote if quote == ID else problem(404, "not-found", "There is no such quote.")

    @answers("POST", "/billing/quotes/{quote}/(accept|decline|withdraw)")
    def answer_quote(self, request: httpx.Request, quote: str) -> Reply:
        return self._quote_changed()

    @answers("POST", "/billing/(quotes|quoting)/{quote}/messages")
    def write_message(self, request: httpx.Request, quote: str) -> Reply:
        return MESSAGE

    @answers("GET", "/billing/(quotes|quoting)/{quote}/pdf")
    def offer_pdf(self, request: httpx.Request, quote: str) -> Reply:
        return httpx.Response(200, content=b"%PDF-1.7", headers={"content-type": "application/pdf"})

    @answers("GET", "/billing/quoting")
    def list_all_quotes(self, request: httpx.Request) -> Reply:
        asked = request.url.params.get("state")
        mine = SUMMARY | {"workspace_id": ident("northwind"), "customer_name": "Northwind Logistics"}
        return {"items": [mine | {"state": asked or "offered"}], "next": None}

    @answers("POST", "/billing/quoting/of-customers/{customer}")
    def begin_quote(self, request: httpx.Request, customer: str) -> Reply:
        return self._quote_changed()

    @answers("GET", "/billing/quoting/{quote}")
    def get_whole_quote(self, request: httpx.Request, quote: str) -> Reply:
        return self._whole() if quote == ID else problem(404, "not-found", "There is no such quote.")

    @answers("PUT", "/billing/quoting/{quote}/draft")
    def put_draft(self, request: httpx.Request, quote: str) -> Reply:
        sent = json.loads(request.content)
        self.draft = sent | {"version": sent["version"] + 1}
        return self.draft

    @answers("POST", "/billing/quoting/{quote}/(offer|revise|withdraw|order-again)")
    def change_quote(self, request: httpx.Request, quote: str) -> Reply:
        return self._quote_changed()

    @answers("POST", "/billing/quoting/{quote}/notes")
    def write_note(self, request: httpx.Request, quote: str) -> Reply:
        return NOTE

    @answers("POST", "/provisioning/order-checks/of-customers/{customer}")
    def check_order_of_customer(self, request: httpx.Request, customer: str) -> Reply:
        return {"placed_order_id": None}
