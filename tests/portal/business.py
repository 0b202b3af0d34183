"""Made-up products, orders, services and invoices, as the services' APIs return them."""

from datetime import date
from typing import Any

from tests.portal.samples import at, ident, on

SCHEMA = {
    "type": "object",
    "properties": {
        "speed_gbps": {"title": "Speed", "type": "integer", "default": 10, "description": "Can be raised later.",
                       "oneOf": [{"const": 1, "title": "1 Gbps"}, {"const": 10, "title": "10 Gbps"},
                                 {"const": 100, "title": "100 Gbps"}, {"const": 400, "title": "400 Gbps"}]},
        "site": {"title": "Site", "type": "string", "enum": ["AMS-01", "FRA-02", "LON-03"], "default": "FRA-02"},
        "term_months": {"title": "Term in months", "type": "integer", "minimum": 1, "maximum": 60, "default": 12},
        "vlan_name": {"title": "VLAN name", "type": "string", "maxLength": 32},
        "macsec": {"title": "Encrypt with MACsec", "type": "boolean", "default": False},
    },
    "required": ["speed_gbps", "site", "term_months"],
}  # fmt: skip


def product(key: str, name: str, kind: str, text: str, delay: int, schema: dict[str, Any]) -> dict[str, Any]:
    return {"id": ident(key), "key": key, "display_name": name, "description": text, "kind": kind, "connection": None,
            "is_also_port": False, "configuration_schema": schema, "billing_delay_days": delay,
            "max_quantity": 1000, "version": 1, "is_offered": True, "needs_acknowledgement": False, "needs": {},
            "by_hand": False,
            "add_on_to": [], "brings": []}  # fmt: skip


def product_summary(product: dict[str, Any]) -> dict[str, Any]:
    properties = product["configuration_schema"].get("properties", {})
    first = [{"name": name, "title": about.get("title")} for name, about in properties.items()][:10]
    shown = {name: value for name, value in product.items() if name not in ("configuration_schema", "brings")}
    return shown | {"fields": {"count": len(properties), "first": first}}


PRODUCTS = [
    product("port", "Dedicated port", "port", "A port of your own at one of our sites.", 15, SCHEMA),
    product("metal-m4", "Metal M4", "node", "64 vCPU, 512 GB memory, two mirrored disks.", 0, {}),
    product("hosted-cloud", "Hosted cloud connection", "cloud_connection", "A private way into a public cloud.", 0, {}),
]
PLANS = [
    {"id": ident("plan"), "plan_version_id": ident("plan-1"), "version": 1, "product_id": ident("port"),
     "display_name": "Standard", "currency": "USD", "recurring_minor": 50000, "one_off_minor": 25000,
     "interval_months": 1, "billed": "in_arrears", "term_months": 0, "at_term_end": "renew", "may_pause": False,
     "terms": {}, "field_prices": {}},
    {"id": ident("plan-y"), "plan_version_id": ident("plan-2"), "version": 1, "product_id": ident("port"),
     "display_name": "Yearly in advance", "currency": "USD", "recurring_minor": 540000, "one_off_minor": 0,
     "interval_months": 12, "billed": "in_advance", "term_months": 12, "at_term_end": "renew", "may_pause": True,
     "terms": {"term_months": [12, 24, 36], "speed_gbps": [10, 100]}, "field_prices": {}},
]  # fmt: skip


def price(net: int) -> dict[str, Any]:
    """With a tax of a fifth."""
    return {"net_minor": net, "taxes": [{"tax_percent": "20", "tax_minor": net // 5}], "gross_minor": net + net // 5}


PORT = {"id": ident("port"), "key": "port", "display_name": "Dedicated port", "kind": "port", "version": 1}
NODE = {"id": ident("metal-m4"), "key": "metal-m4", "display_name": "Metal M4", "kind": "node", "version": 1}
TITLES = ("Checking the order", "Reserving capacity", "Configuring the port", "Testing and handing over")


def order_summary(step: int) -> dict[str, Any]:
    shown = ("id", "number", "kind", "state", "product", "display_name", "quantity", "service_id", "placed_by_address",
             "placed_via", "placed_at", "location")  # fmt: skip
    whole = order(step)
    return {name: whole[name] for name in shown} | {"step": step, "steps": len(TITLES)}


def order(step: int) -> dict[str, Any]:
    states = ["done" if n < step else "running" if n == step else "waiting" for n in range(len(TITLES))]
    steps = [
        {"n": n + 1, "title": title, "key": None, "state": state, "detail": "FRA-02" if state == "done" else "",
         "detail_code": None, "detail_values": {},
         "at": at(minutes=4 - n) if state == "done" else None}
        for n, (title, state) in enumerate(zip(TITLES, states, strict=True))
    ]  # fmt: skip
    return {
        "id": ident("order"), "number": "ORD-1042", "kind": "new", "former": None, "ends": None, "end_reason": None,
        "state": "fulfilled" if step == len(TITLES) else "provisioning",
        "failure": None, "failure_code": None, "failure_values": {}, "product": PORT,
        "plan_version_id": ident("plan-1"), "newest_plan_version_id": ident("plan-1"), "quantity": 1,
        "bill_group_id": None, "part_of": None, "site": None, "location": None,
        "configuration": {"speed_gbps": 10, "site": "FRA-02", "term_months": 12, "macsec": False},
        "display_name": "Port to the warehouse", "steps": steps, "service_id": ident("service-1"),
        "placed_by": ident("tom"), "placed_by_address": "tom@meridian.example", "placed_via": "on_behalf",
        "placed_at": at(minutes=5), "message": "", "decided_by_address": None, "decided_at": None, "reason": None,
        "submitted_at": None, "answered_at": None, "brought": [], "months": None, "term_ends_on": None,
        "former_location": None, "by_hand": False, "wanted_on": None, "planned_on": None, "plan_note": "",
    }  # fmt: skip


def failed_order(number: str, customer: str, name: str, **ago: float) -> dict[str, Any]:
    return {
        "id": ident(number), "number": number, "workspace_id": ident(customer.split(maxsplit=1)[0].lower()),
        "customer_name": customer, "product": PORT, "display_name": name, "step": 3, "steps": len(TITLES),
        "failure": "The switch at FRA-02 has no free port.", "failed_at": at(**ago),
        "failure_code": None, "failure_values": {},
        "placed_by_address": "tom@meridian.example", "placed_via": "on_behalf",
    }  # fmt: skip


FAILED_ORDERS = [
    failed_order("ORD-1051", "Halcyon Health", "Dedicated port", hours=2),
    failed_order("ORD-1042", "Northwind Logistics", "Port to the warehouse", days=3),
]


def service(key: str, name: str, of: dict[str, Any], state: str = "active") -> dict[str, Any]:
    return {
        "id": ident(key), "kind": of["kind"], "display_name": name, "state": state, "product": of, "quantity": 1,
        "configuration": {"speed_gbps": 10, "site": "FRA-02"}, "order_id": ident("order"), "bill_group_id": None,
        "requested_at": at(days=20), "provisioned_at": at(days=19) if state == "active" else None,
        "plan_version_id": ident("plan-1"), "suspended_for": [], "cancelled_by": None, "ends_on": None, "labels": [],
        "part_of": None, "whole_name": None, "brought": False, "location": None,
        "serial_numbers": [], "condition": None, "photo_digest": None,
        "operation": {"id": ident(f"creation of {key}"), "verb": "create", "state": "succeeded", "step": 4, "steps": 4,
                      "message": "Handed over.",
                      "message_code": None, "message_values": {}},
    }  # fmt: skip


SERVICES = [
    service("service-1", "Port to the warehouse", PORT),
    service("service-2", "fra02-metal-07", NODE),
    service("service-3", "Port to the harbour", PORT, "provisioning"),
]

BILLING_CONTACT = {
    "address": "ap@northwind.example", "display_name": "Jonas Weber", "company": "Northwind Logistics",
    "street": "Dock 4", "postal_code": "20457", "city": "Hamburg", "country": "Germany",
}  # fmt: skip
BILL_GROUP = {
    "id": ident("group"), "display_name": "EU infrastructure", "is_default": True, "currency": "USD",
    "vat_check": "unchecked", "is_closed": False, "paying_on": True,
    "frequency": "monthly", "auto_pay": False, "terms_days": 30, "po_number": "PO-88213", "vat_number": "DE314159265",
    "registration_number": "", "next_billing_on": on(9), "outstanding_minor": 3426000, "overdue_minor": 1672000,
    "credit_minor": 0, "unused_minor": 0, "past_due": False,
    "contacts": {"billing": BILLING_CONTACT, "shipping": None},
}  # fmt: skip

CUSTOMER_GROUPS = [
    BILL_GROUP | {
        "anchor_on": on(-40), "locations_see_invoices": False, "portal_on": True, "has_contract": True, "owes": True,
    },
    BILL_GROUP | {
        "id": ident("group-2"), "display_name": "Labs", "is_default": False, "anchor_on": None, "portal_on": False,
        "locations_see_invoices": True,
        "has_contract": False, "owes": False, "next_billing_on": None, "outstanding_minor": 0, "overdue_minor": 0,
        "po_number": "", "vat_number": "", "vat_check": "none",
    },
    BILL_GROUP | {
        "id": ident("group-3"), "display_name": "Former", "is_default": False, "anchor_on": None, "portal_on": True,
        "locations_see_invoices": False,
        "has_contract": False, "owes": False, "next_billing_on": None, "outstanding_minor": 0, "overdue_minor": 0,
        "is_closed": True, "currency": "JPY",
    },
]  # fmt: skip


def subscription(key: str, text: str, kind: str, minor: int, clock: str) -> dict[str, Any]:
    return {
        "id": ident("sub" + key), "bill_group_id": ident("group"), "service_id": ident(key), "service_kind": kind,
        "description": text, "product_name": PORT["display_name"] if kind == "port" else text, "quantity": 1,
        "currency": "USD", "recurring_minor": minor, "recurring_total_minor": minor, "one_off_minor": 0,
        "interval_months": 1, "billed": "in_advance", "clock": clock,
        "status": "active" if clock == "started" else clock, "billing_starts_at": at(days=-12),
        "billing_started_at": at(days=3) if clock == "started" else None, "unbilled_from": None,
        "ordered_at": at(days=20), "term_months": 0, "term_ends_on": None, "at_term_end": "renew", "ends_on": None,
        "priced": {}, "part_of": None, "paused": False, "may_pause": False, "may_renew": False,
    }  # fmt: skip


SUBSCRIPTIONS = [
    subscription("service-1", "Dedicated port, Standard", "port", 50000, "pending"),
    subscription("service-2", "Metal M4, Monthly", "node", 157000, "started"),
]


def invoice(number: str, status: str, issued: int, minor: int, overdue: bool = False) -> dict[str, Any]:
    return {
        "id": ident(number), "bill_group_id": ident("group"), "number": number, "status": status, "overdue": overdue,
        "issued_on": on(-issued), "due_on": on(30 - issued), "currency": "USD", "total_minor": minor,
        "paid_minor": minor if status == "paid" else 0,
    }  # fmt: skip


INVOICES = [
    invoice("INV-2026-00003", "open", 5, 1754000),
    invoice("INV-2026-00002", "open", 52, 1672000, overdue=True),
    invoice("INV-2026-00001", "paid", 82, 1593000),
]
SELLER = {
    "name": "Larkspur Cloud", "postal_lines": ["14 Observatory Lane", "1012 AB Amsterdam"], "vat_number": "NL8123",
    "registration_number": "81234567", "bank_account": "NL91 EXMP 0417", "pay_at": "https://portal.larkspur.example",
}  # fmt: skip
BUYER = {
    "name": "Northwind Logistics", "account_number": "C-1042", "attention": "Jonas Weber", "po_number": "PO-88213",
    "postal_lines": ["Dock 4", "20457 Hamburg"], "vat_number": "DE314159265", "registration_number": "",
    "locale": "en-GB",
}  # fmt: skip


def line(position: int, name: str, net: int, **more: Any) -> dict[str, Any]:
    share = {"interval_months": 1, "days": 31, "whole_days": 31}
    return {
        "position": position, "kind": "recurring", "description": name, "product_name": "",
        "service_id": ident("service-2"), "period_from": on(-5), "period_to": on(25), "quantity": 1, "unit_minor": net,
        "net_minor": net, "tax_percent": "19.00", "tax_minor": 140000,
    } | share | more  # fmt: skip


INVOICE_LINES = {
    "net_minor": 1474000, "tax_minor": 280000, "seller": SELLER, "buyer": BUYER,
    "lines": [
        line(1, "Metal M4, Monthly", 1424000, quantity=2, unit_minor=712000),
        line(2, "Port to the warehouse", 50000, product_name="Dedicated port", unit_minor=77500, days=20),
    ],
}  # fmt: skip


def attempt(
    key: str, state: str, reason: str | None = None, method: str | None = "card", **ago: float
) -> dict[str, Any]:
    return {
        "id": ident(key), "invoice_id": ident("INV-2026-00002"), "state": state, "amount_minor": 1672000,
        "asked_minor": 1672000, "paid_minor": 1672000 if state == "succeeded" else 0, "refunded_minor": 0,
        "automatic": False, "dispute": None,
        "currency": "USD", "method": method, "failure_reason": reason, "begun_by": ident("jonas"),
        "begun_by_address": "jonas@northwind.example", "begun_via": "self", "begun_at": at(**ago),
        "settled_at": None if state in ("requires_action", "processing") else at(**ago),
    }  # fmt: skip


PAYMENT_METHODS = [
    {"id": ident("card"), "bill_group_id": ident("group"), "kind": "card", "state": "active", "label": "Company card",
     "brand": "Visa", "last_four": "4242", "expires_on": "2030-11-30", "is_default": True},
    {"id": ident("account"), "bill_group_id": ident("group"), "kind": "sepa_debit", "state": "active", "label": "",
     "brand": "Example Bank", "last_four": "3000", "expires_on": None, "is_default": False},
]  # fmt: skip
CREDIT = {
    "bill_group_id": ident("group"), "display_name": "EU infrastructure", "currency": "USD", "credit_minor": 12_500,
    "entries": [{"id": ident("entry"), "kind": "surplus", "minor": 12_500, "payment_id": ident("payment"),
                 "invoice_id": None, "refund_id": None, "at": at(days=3)}],
    "refunds": [{"id": ident("refund"), "payment_id": ident("payment"), "state": "done", "amount_minor": 2_000,
                 "currency": "USD", "reason": None, "requested_at": at(days=2)}],
}  # fmt: skip


def spend() -> list[dict[str, Any]]:
    start = date.today().replace(day=1)  # noqa: DTZ011
    months = []
    for back in range(11, -1, -1):
        count = start.year * 12 + start.month - 1 - back
        kinds = {"node": 621000 + 24000 * (12 - back), "port": 340000 + 15000 * (12 - back),
                 "cloud_connection": 198000 + 17000 * (12 - back)}  # fmt: skip
        months.append({"month": date(count // 12, count % 12 + 1, 1).isoformat(), "total_minor": sum(kinds.values()),
                       "kinds": kinds})  # fmt: skip
    return [{"currency": "USD", "months": months}]
