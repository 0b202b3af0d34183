"""The fake APIs of billing, provisioning and audit."""

import json
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.portal import business, unfinished, upcoming
from tests.portal.answering import Reply, answers, found_by_id, problem, refused_fields
from tests.portal.entries import ENTRIES
from tests.portal.operations_answers import detail
from tests.portal.samples import ident
from tests.portal.visits import VISITS


@dataclass
class BusinessAnswers:
    invoice_paid: bool = False
    payments: list[dict[str, Any]] = field(default_factory=list)
    document: str = "ready"
    """Of every invoice."""
    unprinted: list[dict[str, Any]] = field(default_factory=lambda: list(unfinished.UNPRINTED))
    pays_online: bool = True
    parked_groups: list[dict[str, Any]] = field(default_factory=lambda: list(unfinished.PARKED_GROUPS))
    failed_orders: list[dict[str, Any]] = field(default_factory=lambda: list(business.FAILED_ORDERS))

    @answers("GET", "/billing/plans")
    def plans(self, request: httpx.Request) -> Reply:
        asked = request.url.params.get_list("product_id")
        return {"items": [plan for plan in business.PLANS if plan["product_id"] in asked], "next": None}

    @answers("GET", "/billing/billing-runs/parked")
    def list_parked_groups(self, request: httpx.Request) -> Reply:
        return {"items": self.parked_groups, "next": None}

    @answers("GET", "/billing/billing-runs/preview")
    def run_preview(self, request: httpx.Request) -> Reply:
        return unfinished.RUN_PREVIEW | {"until": request.url.params.get("until", unfinished.RUN_PREVIEW["until"])}

    @answers("POST", "/billing/billing-runs/parked/{group}/retry")
    def retry_parked_group(self, request: httpx.Request, group: str) -> Reply:
        if group not in [each["id"] for each in self.parked_groups]:
            return problem(404, "not-found", "This bill group is not parked.")
        self.parked_groups = []
        return httpx.Response(204)

    @answers("GET", "/billing/bill-groups")
    def bill_groups(self, request: httpx.Request) -> Reply:
        if not self.pays_online:
            return [business.BILL_GROUP | {"paying_on": False}]
        return [business.BILL_GROUP]

    @answers("GET", "/billing/next-invoices/{group}")
    def next_invoice(self, request: httpx.Request, group: str) -> Reply:
        return upcoming.NEXT_INVOICE

    @answers("GET", "/billing/customers/{customer}/bill-groups/{group}/next-invoice")
    def customer_next_invoice(self, request: httpx.Request, customer: str, group: str) -> Reply:
        return upcoming.NEXT_INVOICE if group == ident("group") else upcoming.NO_NEXT_INVOICE

    @answers("PUT", "/billing/bill-groups/{group}/contacts/{kind}")
    def change_party(self, request: httpx.Request, group: str, kind: str) -> Reply:
        body = json.loads(request.content)
        return body if "@" in body["address"] else refused_fields(address="not_an_address")

    @answers("PUT", "/billing/bill-groups/{group}/profile")
    def change_profile(self, request: httpx.Request, group: str) -> Reply:
        body = json.loads(request.content)
        return refused_fields(vat_number="not_a_vat_number") if body["vat_number"] == "DE1" else body

    @answers("GET", "/billing/customers/{customer}/bill-groups")
    def customer_groups(self, request: httpx.Request, customer: str) -> Reply:
        return business.CUSTOMER_GROUPS

    @answers("GET", "/billing/customers/{customer}/bill-groups/{group}")
    def customer_group(self, request: httpx.Request, customer: str, group: str) -> Reply:
        return found_by_id(business.CUSTOMER_GROUPS, group)

    @answers("POST", "/billing/customers/{customer}/bill-groups")
    def create_group(self, request: httpx.Request, customer: str) -> Reply:
        wrong = json.loads(request.content)["currency"] == "XXX"
        return (
            refused_fields(currency="unknown_currency") if wrong else httpx.Response(201, json={"id": ident("group-2")})
        )

    @answers("PATCH", "/billing/customers/{customer}/bill-groups/{group}")
    def change_group(self, request: httpx.Request, customer: str, group: str) -> Reply:
        in_use = group == ident("group") and "is_closed" in json.loads(request.content)
        return problem(409, "bill-group-in-use", "It is in use.") if in_use else {"id": group}

    @answers("GET", "/billing/customers/{customer}/subscriptions")
    def customer_subscriptions(self, request: httpx.Request, customer: str) -> Reply:
        mine = request.url.params["bill_group_id"] == ident("group")
        return {"items": business.SUBSCRIPTIONS if mine else [], "next": None}

    @answers("POST", "/billing/customers/{customer}/subscriptions/{subscription}/move")
    def move_subscription(self, request: httpx.Request, customer: str, subscription: str) -> Reply:
        return {"id": subscription, "bill_group_id": json.loads(request.content)["bill_group_id"]}

    @answers("GET", "/billing/customers/{customer}/payment-methods")
    def customer_methods(self, request: httpx.Request, customer: str) -> Reply:
        mine = request.url.params["bill_group_id"] == ident("group")
        return business.PAYMENT_METHODS if mine else []

    @answers("GET", "/billing/customers/{customer}/invoices")
    def customer_invoices(self, request: httpx.Request, customer: str) -> Reply:
        mine = request.url.params["bill_group_id"] == ident("group")
        return {"items": business.INVOICES if mine else [], "next": None}

    @answers("GET", "/billing/subscriptions")
    def subscriptions(self, request: httpx.Request) -> Reply:
        return {"items": business.SUBSCRIPTIONS, "next": None}

    @answers("GET", "/billing/invoices")
    def invoices(self, request: httpx.Request) -> Reply:
        return {"items": business.INVOICES[: int(request.url.params["limit"])], "next": None}

    @answers("GET", "/billing/invoices/{invoice}")
    def invoice(self, request: httpx.Request, invoice: str) -> Reply:
        found = next((each for each in business.INVOICES if each["id"] == invoice), None)
        if found is None:
            return problem(404, "not-found", "There is no such invoice.")
        paid = {"status": "paid", "overdue": False, "paid_minor": found["total_minor"]} if self.invoice_paid else {}
        return found | business.INVOICE_LINES | {"document": self.document} | paid

    @answers("GET", "/billing/invoices/{invoice}/pdf")
    def pdf(self, request: httpx.Request, invoice: str) -> Reply:
        if self.document == "printing":
            return problem(409, "invoice-being-printed", "The PDF is being made. Ask again in a moment.", retry_after=2)
        headers = {
            "content-type": "application/pdf",
            "content-disposition": 'attachment; filename="INV-2026-00003.pdf"',
        }
        return httpx.Response(200, content=b"%PDF-1.7 sample", headers=headers)

    @answers("GET", "/billing/unprinted-invoices")
    def unprinted_invoices(self, request: httpx.Request) -> Reply:
        return {"items": self.unprinted, "next": None}

    @answers("POST", "/billing/unprinted-invoices/{invoice}/print")
    def print_again(self, request: httpx.Request, invoice: str) -> Reply:
        if invoice not in [each["id"] for each in self.unprinted]:
            return problem(404, "not-found", "This invoice is printed, or there is none.")
        again = {"state": "printing"}
        self.unprinted = [each | again if each["id"] == invoice else each for each in self.unprinted]
        return httpx.Response(202, json={"invoice_id": invoice} | again)

    @answers("GET", "/billing/payments")
    def attempts(self, request: httpx.Request) -> Reply:
        return {"items": self.payments, "next": None}

    @answers("POST", "/billing/payments")
    def pay(self, request: httpx.Request) -> Reply:
        url = "https://portal.larkspur.example/api/billing/hosted-pages/secret"
        shares = [{"invoice_id": each["invoice_id"], "asked_minor": each["amount_minor"] or 1754000, "paid_minor": 0}
                  for each in json.loads(request.content)["invoices"]]  # fmt: skip
        return {"id": ident("payment"), "bill_group_id": ident("group"), "invoices": shares, "state": "requires_action",
                "amount_minor": sum(each["asked_minor"] for each in shares), "currency": "USD", "method": None,
                "pay_url": url, "failure_reason": None}  # fmt: skip

    @answers("GET", "/billing/payment-methods")
    def payment_methods(self, request: httpx.Request) -> Reply:
        return business.PAYMENT_METHODS

    @answers("POST", "/billing/payment-methods")
    def begin_method(self, request: httpx.Request) -> Reply:
        return {"id": ident("method"), "setup_url": "https://portal.larkspur.example/api/billing/hosted-pages/secret"}

    @answers("PUT", "/billing/payment-methods/{method}/default")
    def choose_default(self, request: httpx.Request, method: str) -> Reply:
        return business.PAYMENT_METHODS[0]

    @answers("DELETE", "/billing/payment-methods/{method}")
    def remove_method(self, request: httpx.Request, method: str) -> Reply:
        if method == business.PAYMENT_METHODS[0]["id"]:
            return problem(409, "default-method-needed", "It is still needed.")
        return httpx.Response(204)

    @answers("PUT", "/billing/payment-methods/auto-pay/{group}")
    def auto_pay(self, request: httpx.Request, group: str) -> Reply:
        return {"bill_group_id": group, "on": json.loads(request.content)["on"]}

    @answers("GET", "/billing/customers/{customer}/bill-groups/{group}/credit")
    def credit(self, request: httpx.Request, customer: str, group: str) -> Reply:
        return business.CREDIT

    @answers("POST", "/billing/customers/{customer}/bill-groups/{group}/credit-refunds")
    def refund_credit(self, request: httpx.Request, customer: str, group: str) -> Reply:
        if json.loads(request.content)["amount_minor"] > business.CREDIT["credit_minor"]:
            return problem(409, "not-that-much-credit", "There is less.")
        return business.CREDIT["refunds"]

    @answers("GET", "/billing/spend")
    def spend(self, request: httpx.Request) -> Reply:
        return business.spend()

    @answers("GET", "/provisioning/products")
    def products(self, request: httpx.Request) -> Reply:
        return {"items": [business.product_summary(each) for each in business.PRODUCTS], "next": None}

    @answers("GET", "/provisioning/products/{key}")
    def product(self, request: httpx.Request, key: str) -> Reply:
        found = next((each for each in business.PRODUCTS if each["key"] == key), None)
        return found or problem(404, "not-found", "There is no such product.")

    @answers("GET", "/billing/price-previews")
    def price_preview(self, request: httpx.Request) -> Reply:
        asked, quantity = request.url.params["plan_version_id"], int(request.url.params["quantity"])
        plan = next(each for each in business.PLANS if each["plan_version_id"] == asked)
        numbers = dict(each.split(":") for each in request.url.params.get_list("number"))
        priced = sum(minor * int(numbers.get(name, 0)) for name, minor in plan.get("field_prices", {}).items())
        prices = {"recurring": plan["recurring_minor"] + priced, "once": plan["one_off_minor"]}
        return {"plan_version_id": asked, "quantity": quantity, "currency": plan["currency"],
                **{name: plan[name] for name in ("interval_months", "billed", "term_months", "at_term_end")},
                **{name: business.price(minor * quantity) for name, minor in prices.items()}}  # fmt: skip

    @answers("PATCH", "/provisioning/services/{service}")
    def rename_service(self, request: httpx.Request, service: str) -> Reply:
        return None if json.loads(request.content)["display_name"] else refused_fields(display_name="required")

    @answers("PUT", "/provisioning/services/{service}/labels")
    def label_service(self, request: httpx.Request, service: str) -> Reply:
        long = any(len(each) > 40 for each in json.loads(request.content)["labels"])
        return refused_fields(labels__0="too_long") if long else None

    @answers("GET", "/provisioning/failed-orders")
    def list_failed_orders(self, request: httpx.Request) -> Reply:
        return {"items": self.failed_orders, "next": None}

    @answers("POST", "/provisioning/orders/{order}/retry")
    def retry(self, request: httpx.Request, order: str) -> Reply:
        if order not in [each["id"] for each in self.failed_orders]:
            detail = "Order ORD-1042 is provisioning; only a failed one is retried."
            return problem(409, "order-not-failed", detail, state="provisioning")
        self.failed_orders = [each for each in self.failed_orders if each["id"] != order]
        return business.order(2)

    @answers("GET", "/provisioning/services")
    def services(self, request: httpx.Request) -> Reply:
        counted = {"count": len(business.SERVICES)} if request.url.params.get("count") == "true" else {}
        return {"items": business.SERVICES, "next": None} | counted

    @answers("GET", "/provisioning/services/counts")
    def counts(self, request: httpx.Request) -> Reply:
        return {"ports": 2, "virtual_circuits": 1, "cloud_connections": 1}

    @answers("GET", "/provisioning/services/{service}")
    def service(self, request: httpx.Request, service: str) -> Reply:
        return detail(next(each for each in business.SERVICES if each["id"] == service))

    @answers("GET", "/audit/entries")
    def entries(self, request: httpx.Request) -> Reply:
        return {"items": ENTRIES, "next": "cursor-2"}

    @answers("GET", "/audit/visits")
    def list_past_visits(self, request: httpx.Request) -> Reply:
        return {"items": VISITS, "next": "cursor-2"}

    @answers("GET", "/audit/visits/{visit}")
    def read_past_visit(self, request: httpx.Request, visit: str) -> Reply:
        found = [each for each in VISITS if each["id"] == visit]
        return found[0] | {"entries": ENTRIES[:2]} if found else problem(404, "not-found", "Not found")

    @answers("GET", "/audit/entries/{entry}")
    def entry(self, request: httpx.Request, entry: str) -> Reply:
        found = [each for each in ENTRIES if each["id"] == entry]
        return found[0] if found else problem(404, "not-found", "Not found")
