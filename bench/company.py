"""A company for the pages: a customer with services, invoices, users and a log; its partner with customers; and a
catalogue. What a page shows has values as people would give them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import orjson
from pydantic import SecretStr

from bench.filling import TOTALS_OF_CUSTOMERS, TOTALS_OF_INVOICES, Columns, Customer, Filling, fill, fill_all, quoted
from bench.installation import BenchInstallation
from bench.people import Person, add_person, add_workspace, provider_of
from deploy.demo.catalogue import PRODUCTS
from deploy.environment import setting
from services.audit.entries.service import append_entries
from shared.db import make_engine, make_sessions
from shared.events import Actor, Envelope, Event, Via
from shared.events.billing import InvoicePaid
from shared.events.identity import ContactAdded
from shared.scope import begin_in


@dataclass(frozen=True)
class Company(Customer):
    """Its own people and its partner's."""

    partner: Person
    """An admin of the partner, with ``size`` connected customers."""
    provider: Person
    """An admin of the provider."""


CONFIGURATION = """'{"location": "ams", "speed_gbps": 10, "term_months": 12, "diverse_path": false}'"""
EUROS = """'[{"currency": "EUR", "amount_minor": 85000}]'"""


async def add_products(installed: BenchInstallation, count: int) -> UUID:
    """Products of the demo's catalogue under other names, each with a plan; the id of the last one."""
    async with installed.database("provisioning") as provisioning, installed.database("billing") as billing:
        for number in range(count):
            one, added = PRODUCTS[number % len(PRODUCTS)].as_body(), uuid4()
            said = {name: quoted(one[name]) for name in ("display_name", "description", "kind")}
            said["configuration_schema"] = quoted(orjson.dumps(one["configuration_schema"]).decode())
            key = quoted(f"{one['key']}-{added.hex[:8]}")
            await fill(provisioning, "products", 1, said | {"id": quoted(added), "key": key})
            plan = {"id": quoted(added), "product_id": quoted(added), "display_name": "'Monthly'"}
            await fill(billing, "plans", 1, plan)
            await fill(billing, "plan_versions", 1, {"id": quoted(added), "plan_id": quoted(added)})
    return added


async def add_company(installed: BenchInstallation, size: int, product_id: UUID) -> Company:
    """A customer and a partner with ``size`` of everything."""
    async with installed.database("identity") as identity:
        provider = await provider_of(identity)
        partner = await add_workspace(identity, "partner", provider)
        customer = await add_workspace(identity, "customer", partner)
        people = [await add_person(identity, workspace, "admin") for workspace in (customer, partner, provider)]
    company = Company(size, *people)
    await fill_all(installed, "identity", _identity(company), [(each, partner.id) for each in TOTALS_OF_CUSTOMERS])
    await fill_all(installed, "provisioning", _provisioning(company, product_id))
    invoiced = [(each, customer.id) for each in TOTALS_OF_INVOICES]
    await fill_all(installed, "billing", _billing(company, product_id), invoiced)
    await _add_log(company.admin, size)
    await fill_all(installed, "audit", [])
    return company


def _identity(company: Company) -> Filling:
    size, parent, name = company.size, quoted(company.partner.workspace.id), quoted(f"{company.id('customer')}-")
    below = {"workspace_id": company.sql("customer"), "parent_workspace_id": parent, "slug": f"{name} || n",
             "account_number": f"{name} || n", "display_name": "'Customer ' || n", "kind": "'customer'"}  # fmt: skip
    shown = {"status": "'connected'", "mrr": EUROS, "mrr_sort_minor": "85000", "has_mrr": "true", "currency": "'EUR'",
             "ports": "2", "last_activity_at": "now()", "last_order_at": "now()"}  # fmt: skip
    user = {
        "id": company.sql("user"),
        "display_name": "'User ' || n",
        "address": f"{name} || n || '@northwind.example'",
    }
    member = {"user_id": company.sql("user"), "role": "'regular'", "source": "'membership'", "last_active_at": "now()"}
    return [
        ("workspaces", size, below | {"connected_at": "now()"}),
        ("customer_overview", size, below | shown),
        ("users", size, user),
        ("grants", size, company.mine | member | {"person_name": "'User ' || n"}),
    ]


def _provisioning(company: Company, product_id: UUID) -> Filling:
    size = company.size
    ordered = _in_group(company) | {
        "product_id": quoted(product_id),
        "display_name": "'Port ' || n",
        "configuration": CONFIGURATION,
    }
    operation = {"order_id": company.sql("order"), "service_id": company.sql("service"), "due_at": "NULL", "step": "5",
                 "steps": "5", "message": "'Done'"}  # fmt: skip
    service = {"id": company.sql("service"), "order_id": company.sql("order"), "kind": "'port'", "state": "'active'"}
    return [
        ("orders", size, ordered | {"id": company.sql("order"), "state": "'fulfilled'"}),
        ("services", size, ordered | service | {"provisioned_at": "now()"}),
        ("operations", size, company.mine | operation),
        ("service_counts", 1, company.mine | {"ports": str(size)}),
    ]


def _billing(company: Company, product_id: UUID) -> Filling:
    mine, soon = _in_group(company), "current_date + 10"
    empty = dict.fromkeys(("po_number", "vat_number", "registration_number"), "''")
    group = {"display_name": "'Default'", "is_default": "true", "frequency": "'monthly'", "terms_days": "14",
             "next_billing_on": soon}  # fmt: skip
    contact = {"address": "'accounts@northwind.example'", "display_name": "'Lea Brandt'", "city": "'Hamburg'"}
    subscription = {"id": company.sql("subscription"), "service_id": company.sql("service"), "service_kind": "'port'",
                    "description": "'Port'", "clock": "'started'", "billing_started_at": "now()",
                    "unbilled_from": soon, "recurring_minor": "85000",
                    "plan_version_id": quoted(product_id)}  # fmt: skip
    return [
        ("bill_groups", 1, mine | group | empty),
        ("bill_group_contacts", 1, mine | contact),
        ("subscriptions", company.size, mine | subscription),
        *_invoices(company),
    ]


def _invoices(company: Company) -> Filling:
    mine, series, paid = _in_group(company), quoted(company.id("invoice")), "n > 2"
    amounts = {"net_minor": "85000", "tax_minor": "17850", "total_minor": "102850",
               "paid_minor": f"CASE WHEN {paid} THEN 102850 ELSE 0 END"}  # fmt: skip
    days = {"issued_on": "current_date - n * 20", "due_on": "current_date - n * 20 + 14", "issued_at": "now()"}
    parties = {"seller": """'{"name": "Larkspur Cloud"}'""", "buyer": """'{"name": "Northwind Logistics"}'"""}
    numbered = {"id": company.sql("invoice"), "status": f"CASE WHEN {paid} THEN 'paid' ELSE 'open' END",
                "series": series, "number": f"{series} || '-' || lpad(n::text, 6, '0')", "series_year": "2026",
                "sequence": "n"}  # fmt: skip
    line = {"invoice_id": company.sql("invoice"), "subscription_id": company.sql("subscription"),
            "kind": "'recurring'", "service_kind": "'port'", "net_minor": "85000", "tax_minor": "17850"}  # fmt: skip
    return [
        ("invoices", company.size, mine | amounts | days | parties | numbered),
        ("invoice_lines", company.size, mine | line),
    ]


def _in_group(company: Company) -> Columns:
    """A row of the customer's only bill group."""
    return company.mine | {"bill_group_id": quoted(company.admin.workspace.id)}


async def _add_log(person: Person, size: int) -> None:
    """Every second entry has personal data of its own, besides the actor's address."""
    batch = []
    for number in range(size):
        wire = _event(person, number).to_wire()
        batch.append((Envelope.model_validate(wire), wire))
    engine = make_engine(setting("AUDIT_WORKER_DATABASE_URL"), 1)
    async with begin_in(make_sessions(engine), person.workspace.id) as session:
        await append_entries(session, batch, SecretStr(setting("AUDIT_SEAL_KEY")))
    await engine.dispose()


def _event(person: Person, number: int) -> Event:
    happened = datetime.now(UTC) - timedelta(minutes=number)
    actor = Actor(kind="user", user_id=person.id, address="ana@northwind.example", via=Via.own)
    common = {"workspace_id": person.workspace.id, "actor": actor, "occurred_at": happened}
    if number % 2:
        return ContactAdded(**common, contact_id=uuid4(), kind="technical", wants_service_mail=True,
                            address="lea@northwind.example", display_name="Lea Brandt")  # fmt: skip
    return InvoicePaid(**common, invoice_id=uuid4(), bill_group_id=person.workspace.id, number=f"LC-2026-{number:06}",
                       total_minor=102850, currency="EUR")  # fmt: skip
