"""Tenants with a number of rows in every table that their lists read, and the installation's catalogue beside them."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass

from pydantic import SecretStr

from bench.filling import (
    TOTALS_OF_CUSTOMERS,
    TOTALS_OF_INVOICES,
    WORDS_OF_LOCATIONS,
    WORDS_OF_PEOPLE,
    WORDS_OF_SERVICES,
    Columns,
    Customer,
    Filling,
    fill_all,
)
from bench.installation import BenchInstallation
from bench.people import Person, Workspace, add_person, add_workspace, provider_of
from deploy.environment import setting
from services.audit.personal_data.service import address_digests

BILL_GROUPS = 5
"""Of each customer. Each has one billing date a month, as bill groups do, however many invoices there are."""
SITES = 4
DEPLOYED_AT = 5
"""Locations where services are. A customer has ``size`` of them."""
RARE = "n % 10 = 7"

_PROVIDER = """
INSERT INTO workspace_copies (id, kind, slug, display_name, account_number, connected, version)
VALUES ($1, 'provider', 'larkspur', 'Larkspur Cloud', '1', true, 1) ON CONFLICT DO NOTHING
"""
"""Its staff see failed orders."""


@dataclass(frozen=True)
class Tenant(Customer):
    """A customer, ``size`` customers of its partner, and people who look at them."""

    staff: Person
    """An admin of the provider."""
    seller: Person
    """An admin of the partner."""
    member: Person
    """Somebody of the customer who sees their own deeds alone."""
    visitor: Person
    """Whose rights are limited to the customer's bill groups: they see as many rows as an admin, by other indexes."""
    local: Person
    """Whose rights are limited to locations where all services of the customer are."""

    @property
    def in_group(self) -> Columns:
        """A row of one of the customer's bill groups."""
        return self.mine | {"bill_group_id": self.sql("bill group", f"(n % {BILL_GROUPS})"), "currency": "'EUR'"}


async def add_tenant(installed: BenchInstallation, size: int, *, only: Collection[str] = ()) -> Tenant:
    """A new tenant with its rows, and as many in the catalogue and of other tenants, in databases that nobody uses: of
    all services, or ``only`` of these."""
    async with installed.database("identity") as identity:
        provider = await provider_of(identity)
        partner = await add_workspace(identity, "partner", provider)
        customer = await add_workspace(identity, "customer", partner)
        roles: list[tuple[Workspace, str]] = [(customer, "admin"), (provider, "admin"), (partner, "admin"),
                                              (customer, "regular")]  # fmt: skip
        admin, *others = [await add_person(identity, workspace, role) for workspace, role in roles]
        groups = [Customer(size, admin).id("bill group", n) for n in range(BILL_GROUPS)]
        visitor = await add_person(identity, customer, "billing", groups)
        locations = [
            (groups[n % BILL_GROUPS], Customer(size, admin).id("location", n)) for n in range(1, DEPLOYED_AT + 1)
        ]
        local = await add_person(identity, customer, "regular", locations=locations)
        staff, seller, member = others
        tenant = Tenant(size, admin, staff, seller, member, visitor, local)
    billing = [*_billing(tenant), *_payments(tenant), *_sold_by(tenant, partner, provider)]
    rows = {"identity": _identity(tenant, provider), "billing": billing,
            "provisioning": _provisioning(tenant), "audit": _audit(tenant)}  # fmt: skip
    kept = {"identity": [*((each, partner.id) for each in TOTALS_OF_CUSTOMERS),
                         *((each, customer.id) for each in WORDS_OF_PEOPLE)],
            "billing": [(each, customer.id) for each in TOTALS_OF_INVOICES],
            "provisioning": [(_PROVIDER, provider.id), (WORDS_OF_SERVICES, customer.id),
                             (WORDS_OF_LOCATIONS, customer.id)]}  # fmt: skip
    await asyncio.gather(*(fill_all(installed, service, filling, kept.get(service, ()), alone=True)
                           for service, filling in rows.items() if service in (only or rows)))  # fmt: skip
    return tenant


def _identity(tenant: Tenant, provider: Workspace) -> Filling:
    size, partner = tenant.size, f"'{tenant.seller.workspace.id}'::uuid"
    few = "n <= 20"
    name = f"CASE WHEN {few} THEN 'Heron ' ELSE 'Customer ' END || md5(n || '{tenant.seller.id}')"
    below = {"workspace_id": tenant.sql("customer"), "parent_workspace_id": partner, "slug": name,
             "display_name": name, "account_number": name, "kind": "'customer'"}  # fmt: skip
    partners = below | {"workspace_id": tenant.sql("partner"), "parent_workspace_id": f"'{provider.id}'::uuid",
                        "slug": f"'Partner ' || {name}", "account_number": f"'Partner ' || {name}",
                        "kind": "'partner'"}  # fmt: skip
    shown = {"status": f"CASE WHEN {RARE} THEN 'not_connected' ELSE 'connected' END", "has_mrr": "n % 2 = 0",
             "mrr": """'[{"currency": "EUR", "amount_minor": 100}]'""", "mrr_sort_minor": "n", "ports": "n",
             "virtual_circuits": "n", "cloud_connections": "n"}  # fmt: skip
    seen = f"now() - n * interval '1 second' - CASE WHEN {few} THEN interval '60 days' ELSE interval '0' END"
    shown |= dict.fromkeys(("last_activity_at", "last_order_at"), seen)
    customers = below | {"connected_at": f"CASE WHEN {RARE} THEN NULL ELSE now() END"}
    kept = {"workspace_id": tenant.sql("partner"), "connected": "true"}
    person = f"CASE WHEN {few} THEN 'Heron ' ELSE 'Person ' END || md5(n || '{tenant.seller.id}')"
    user = {"user_id": tenant.sql("user"), "role": f"CASE WHEN {RARE} THEN 'support' ELSE 'regular' END",
            "person_name": person, "last_active_at": "now() - n * interval '1 second'"}  # fmt: skip
    session = {"user_id": f"'{tenant.admin.id}'::uuid", "ended_at": "CASE WHEN n > 5 THEN now() END",
               "expires_at": "now() + interval '1 day'"}  # fmt: skip
    return [
        ("workspaces", size, customers),
        ("workspaces", size, partners),
        ("customer_overview", size, below | shown),
        ("customer_overview", size, partners | shown),
        ("customer_totals", size, kept),
        ("customer_revenue", size, kept),
        ("users", size, {"id": tenant.sql("user"), "display_name": person}),
        ("grants", size, user | tenant.mine | {"source": "'membership'"}),
        ("grants", size, user | {"workspace_id": tenant.sql("customer", "1"), "parent_workspace_id": partner,
                                 "source": "'link'"}),
        ("invitations", size, tenant.mine | {"state": f"CASE WHEN {RARE} THEN 'expired' ELSE 'accepted' END",
                                             "display_name": person, "role": "'regular'"}),
        ("access_requests", size, tenant.mine | {"state": f"CASE WHEN {RARE} THEN 'expired' ELSE 'withdrawn' END",
                                                 "user_id": tenant.sql("user")}),
        ("contacts", size, tenant.mine | {"id": tenant.sql("contact"), "display_name": person,
                                          "kind": f"CASE WHEN {RARE} THEN 'technical' ELSE 'billing' END"}),
        ("sessions", size, session),
    ]  # fmt: skip


def _billing(tenant: Tenant) -> Filling:
    size, mine, in_group = tenant.size, tenant.mine, tenant.in_group
    plan = {"plan_id": tenant.sql("plan"), "id": tenant.sql("plan version"), "interval_months": "1"}
    subscription = {"id": tenant.sql("subscription"), "service_id": tenant.sql("service"),
                    "clock": f"CASE WHEN {RARE} THEN 'ended' ELSE 'started' END",
                    "plan_version_id": tenant.sql("plan version"), "billing_started_at": "now()",
                    "unbilled_from": "current_date"}  # fmt: skip
    # The newest first, as they lie side by side where they were issued. Three months are open, of these two overdue.
    month, number = "date_trunc('month', current_date)::date", f"upper('{tenant.admin.id}-') || lpad(n::text, 8, '0')"
    age = f"((n - 1) * 36 / {size})"
    issued = f"({month} - {age} * interval '1 month')::date + n % {BILL_GROUPS}"
    total = "100 + n % 900"
    paid = f"CASE WHEN {age} < 3 THEN 0 ELSE {total} END"
    invoice = {"id": tenant.sql("invoice"), "net_minor": total, "tax_minor": "0", "total_minor": total,
               "paid_minor": paid, "status": f"CASE WHEN {age} < 3 THEN 'open' ELSE 'paid' END", "number": number,
               "series": f"'{tenant.admin.id}'", "series_year": "2027", "sequence": "n", "issued_on": issued,
               "due_on": f"{issued} + 14", "issued_at": "now()", "seller": "'{}'", "buyer": "'{}'"}  # fmt: skip
    file = {"invoice_id": tenant.sql("invoice"), "due_at": "NULL", "key": "md5(n::text)", "sha256": "md5(n::text)",
            "size": "1", "printed_at": "now()"}  # fmt: skip
    line = {
        "invoice_id": tenant.sql("invoice"),
        "subscription_id": tenant.sql("subscription"),
        "net_minor": "100",
        "tax_minor": "0",
        "kind": "'recurring'",
        "service_kind": "CASE WHEN n % 2 = 0 THEN 'port' ELSE 'node' END",
    }
    return [
        ("plans", size, {"id": tenant.sql("plan"), "product_id": tenant.sql("product")}),
        ("plan_versions", size, plan),
        ("bill_groups", BILL_GROUPS, in_group | {"is_default": "n = 1", "next_billing_on": "current_date"}),
        ("bill_group_contacts", BILL_GROUPS, in_group_only(in_group)),
        ("subscriptions", size, in_group | subscription),
        ("invoices", size, in_group | invoice),
        ("invoice_lines", size, in_group | line),
        ("invoice_files", size, in_group_only(in_group) | file),
        ("mrr", 1, mine),
        *((table, size, {}) for table in ("bill_groups", "bill_group_contacts", "open_amounts", "spend")),
    ]  # fmt: skip


def _payments(tenant: Tenant) -> Filling:
    size, in_group = tenant.size, tenant.in_group
    entry = {"minor": "1", "kind": "'surplus'", "payment_id": tenant.sql("payment")}
    paid = {"payment_id": tenant.sql("payment"), "invoice_id": tenant.sql("invoice"), "position": "0",
            "asked_minor": "100", "paid_minor": "100", "live": "false"}  # fmt: skip
    refund = {"amount_minor": "1", "state": "'done'", "due_at": "NULL"}
    method = {"kind": "'card'", "state": "'active'", "reference": "md5(n::text)", "last_four": "'4242'",
              "brand": "'Visa'", "label": "''", "expires_on": "NULL", "due_at": "NULL"}  # fmt: skip
    return [
        ("payments", size, in_group | {"id": tenant.sql("payment")}),
        ("payment_allocations", size, in_group_only(in_group) | paid),
        ("credits", BILL_GROUPS, in_group | {"minor": "1"}),
        ("credits", size, {}),
        ("payment_methods", 2 * BILL_GROUPS, in_group_only(in_group) | method),
        ("payment_methods", size, method),
        ("credit_entries", size, in_group | entry),
        ("refunds", size, in_group | refund),
    ]  # fmt: skip


def _sold_by(tenant: Tenant, partner: Workspace, provider: Workspace) -> Filling:
    """The workspaces above a customer, whose staff read its lists."""
    above = {"id": f"'{partner.id}'::uuid", "parent_workspace_id": f"'{provider.id}'::uuid", "kind": "'partner'"}
    here = {"id": tenant.mine["workspace_id"], "parent_workspace_id": above["id"], "kind": "'customer'"}
    return [("workspace_copies", 1, above), ("workspace_copies", 1, here)]


def in_group_only(in_group: Columns) -> Columns:
    return {name: value for name, value in in_group.items() if name != "currency"}


def _locations(tenant: Tenant, group: Columns) -> Filling:
    office = "CASE WHEN n <= 20 THEN 'Heron ' ELSE 'Office ' END || md5(n::text)"
    location = {"location_id": tenant.sql("location"), "display_name": office,
                "closed_at": f"CASE WHEN {RARE} THEN now() END"}  # fmt: skip
    return [("locations", tenant.size, tenant.mine | group | location)]


def _seen_from_above(tenant: Tenant) -> Filling:
    """The copies of orders that the people of the partner see."""
    order = {"order_id": tenant.sql("order"), "product_id": tenant.sql("product"),
             "parent_workspace_id": f"'{tenant.seller.workspace.id}'::uuid",
             "number": "'ORD-' || 100000 + n", "placed_by_key": "'nobody@larkspur.example'",
             "placed_at": "now() - n * interval '1 second'", "placed_via": "'self'",
             "state": f"CASE WHEN {RARE} THEN 'failed' ELSE 'fulfilled' END"}  # fmt: skip
    return [("all_orders", tenant.size, tenant.mine | order)]


def _by_hand(tenant: Tenant) -> Filling:
    """Tasks of the provider's staff: a tenth of them waits."""
    task = {"operation_id": tenant.sql("operation"), "service_id": tenant.sql("service"),
            "order_id": tenant.sql("order"), "kind": "'asset'", "verb": "'create'",
            "opened_at": "now() - n * interval '1 minute'",
            "state": f"CASE WHEN {RARE} THEN 'waiting' ELSE 'done' END"}  # fmt: skip
    return [("manual_tasks", tenant.size, tenant.mine | task)]


def _provisioning(tenant: Tenant) -> Filling:
    size, mine = tenant.size, tenant.mine
    group = {"bill_group_id": tenant.sql("bill group", f"(n % {BILL_GROUPS})")}
    place = {"location_id": tenant.sql("location", f"(n % {DEPLOYED_AT} + 1)")}
    kind = f"CASE WHEN {RARE} THEN 'cloud_connection' ELSE 'port' END"
    name = "CASE WHEN n <= 20 THEN 'Heron ' ELSE 'Port ' END || md5(n::text)"
    of_order = {"order_id": tenant.sql("order"), "product_id": tenant.sql("product"), "quantity": "1"}
    service = {"id": tenant.sql("service"), "kind": kind, "display_name": name,
               "state": "CASE WHEN n % 10 < 2 THEN 'failed' ELSE 'active' END",
               "site_id": f"CASE WHEN n % 3 > 0 THEN {tenant.sql('site', f'(n % {SITES} + 1)')} END"}  # fmt: skip
    product = {"id": tenant.sql("product"), "key": f"'product-{tenant.admin.id}-' || n", "kind": kind}
    operation = {"id": tenant.sql("operation"), "order_id": tenant.sql("order"), "service_id": tenant.sql("service"),
                 "state": "'succeeded'", "due_at": "NULL"}  # fmt: skip
    step = {"operation_id": tenant.sql("operation"), "n": "1", "state": "'done'"}
    site = {"id": tenant.sql("site"), "key": f"'site-{tenant.admin.id}-' || n"}
    return [
        ("sites", SITES, site),
        ("placements", size, mine | {"service_id": tenant.sql("service")}),
        ("products", size, product),
        ("plan_versions", size, {"product_id": tenant.sql("product")}),
        *_locations(tenant, group),
        ("orders", size, mine | group | place | {"id": tenant.sql("order"), "product_id": tenant.sql("product"),
                                         "state": f"CASE WHEN {RARE} THEN 'failed' ELSE 'fulfilled' END"}),
        *_seen_from_above(tenant),
        ("services", size, mine | group | place | of_order | service),
        ("operations", size, mine | operation),
        *_by_hand(tenant),
        ("operation_steps", size, mine | step),
        ("operation_steps", size, mine | step | {"n": "2"}),
        ("workspace_copies", size, {"id": tenant.sql("customer"), "kind": "'customer'"}),
        ("failed_orders", size, mine | {"product_id": tenant.sql("product")}),
        ("service_counts", 1, mine),
        ("service_counts", size, {}),
        ("bill_groups", size, {}),
    ]  # fmt: skip


def _audit(tenant: Tenant) -> Filling:
    member, first = f"'{tenant.member.id}'::uuid", "(SELECT coalesce(max(position), 0) FROM entries)"
    [digest, *_] = address_digests(SecretStr(setting("AUDIT_SEAL_KEY")), address_of(tenant.member))
    entry = {"actor_id": f"CASE WHEN {RARE} THEN {member} ELSE {tenant.sql('user', '(n % 50)')} END",
             "id": tenant.sql("entry"),
             "via": "CASE WHEN n % 20 = 7 THEN 'on_behalf' ELSE 'self' END",
             "subject_id": f"CASE WHEN {RARE} THEN {tenant.sql('customer', '1')} ELSE {tenant.sql('invoice')} END",
             "action": f"CASE WHEN {RARE} THEN 'billing.invoice_paid' ELSE 'billing.invoice_issued' END",
             "subject_type": "'invoice'"}  # fmt: skip
    return [
        ("seals", tenant.size, tenant.mine | {"number": "n", "position": f"{first} + n"}),
        ("entries", tenant.size, tenant.mine | entry),
        ("names", tenant.size, tenant.mine | {"object_id": tenant.sql("invoice")}),
        ("person_keys", 1, {"person_id": member, "address_digest": f"decode('{digest.hex()}', 'hex')"}),
        ("person_keys", tenant.size, {"address_digest": "decode(md5(random()::text), 'hex')"}),
    ]


def address_of(person: Person) -> str:
    return f"{person.id}@larkspur.example"
