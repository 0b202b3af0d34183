"""The reads whose time must not depend on how many rows there are: every list and every read by id of the APIs, with
each filter and sort order."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from bench.tenants import Tenant, address_of

Who = Literal["staff", "seller", "admin", "member", "visitor", "local"]


@dataclass(frozen=True)
class Reads:
    """The requests of one operation, by one person of a `Tenant`. ``{…}`` is an id of the tenant."""

    who: Who
    queries: tuple[str, ...] = ("",)


_SORTS = ("name", "mrr", "ports", "virtual_circuits", "cloud_connections", "last_activity", "last_order")
_STATES = ("open", "paid", "overdue")
_OF_ANY_GROUP = (
    "descending=false",
    "sort=due_on",
    "sort=due_on&status=paid",
    "sort=due_on&status=overdue&descending=false",
    "sort=total",
    "sort=total&status=open",
    "from=2025-01-01&to=2025-12-31",
    "from=2025-01-01&status=paid",
)
_OF_INVOICES = (
    *_OF_ANY_GROUP,
    "count=true",
    "count=true&status=paid",
    "count=true&status=overdue",
    "count=true&sort=total",
    "q={number}",
    "q={number}0000&sort=total&count=true",
    "q={number}&status=paid&from=2020-01-01&count=true",
)
"""A search or a count reads up to 1,000 rows: as many as one bill group of a small tenant does not have."""
_OF_ALL_INVOICES = (
    "",
    *(f"status={state}" for state in _STATES),
    "bill_group_id={bill_group_id}",
    *(f"bill_group_id={{bill_group_id}}&status={state}&limit=10" for state in _STATES),
    "bill_group_id={nobody}",
    "bill_group_id={nobody}&status=overdue",
    *_OF_INVOICES,
    *(f"bill_group_id={{bill_group_id}}&{query}" for query in _OF_ANY_GROUP),
)
_OF_SUBSCRIPTIONS = (
    "",
    "bill_group_id={bill_group_id}",
    "bill_group_id={nobody}",
    "service_id={service_id}",
    "status=active",
    "status=pending",
    "status=ended&bill_group_id={bill_group_id}",
    "count=true",
    "status=pending&count=true",
    "status=ended&bill_group_id={bill_group_id}&count=true",
)
_OF_ORDERS = (
    "",
    "state=failed",
    "state=placed",
    "sort=placed_at&descending=false",
    "state=failed&descending=false",
    "count=true",
    "state=failed&count=true",
    "q=ord-1",
    "q=ORD-10000",
    "q=ord-1&state=failed&count=true",
    "q=zzzz",
    "location_id={location_id}",
    "location_id={location_id}&state=failed&count=true",
    "location_id={nobody}",
)
_OF_SERVICES = (
    "",
    "kind=port",
    "kind=cloud_connection",
    "kind=node",
    "state=failed",
    "state=requested",
    "kind=port&state=failed",
    "descending=false",
    "count=true",
    "kind=cloud_connection&count=true",
    "state=failed&count=true",
    *(
        f"sort=name{filters}"
        for filters in ("", "&descending=true", "&kind=node", "&state=failed", "&kind=port&state=failed&count=true")
    ),
    "q=heron",
    "q=port",
    "q=zzzz",
    "q=port&kind=port&state=failed&sort=name&count=true",
    "location_id={location_id}",
    "location_id={location_id}&kind=port&state=failed&sort=name&count=true",
    "location_id={location_id}&q=port&count=true",
    "location_id={nobody}",
)
_OF_LOCATIONS = (
    "", "descending=true", "count=true", "state=open", "state=closed&count=true", "q=heron", "q=zzzz",
    "q=heron&state=open&count=true", "bill_group_id={bill_group_id}",
    "bill_group_id={bill_group_id}&state=open&count=true",
    "bill_group_id={bill_group_id}&sort=name&q=heron",
)  # fmt: skip

_OF_SITES = ("", "kind=port", "kind=node", "state=failed", "kind=cloud_connection&state=failed")
_OF_ONE_SITE = (
    "",
    "kind=cloud_connection&count=true",
    *(
        f"site_id={{site_id}}{filters}"
        for filters in (
            "",
            "&count=true",
            "&kind=port",
            "&state=failed",
            "&kind=node&state=failed",
            "&descending=false",
        )
    ),
)

READS: Mapping[str, Reads] = {
    "/api/identity/sessions": Reads("admin"),
    "/api/identity/workspaces/current": Reads("admin"),
    "/api/identity/workspaces/seller": Reads("admin"),
    "/api/identity/workspace-settings": Reads("admin"),
    "/api/identity/destinations": Reads("admin", ("workspace={slug}",)),
    "/api/identity/me": Reads("admin"),
    "/api/identity/users": Reads("admin", (
        "", "role=support", "descending=true", "role=support&descending=true", "count=true", "role=support&count=true",
        "sort=last_active", "sort=last_active&descending=false", "sort=last_active&role=support&count=true",
        "q=heron", "q=person", "q=zzzz", "q=person&role=support&sort=last_active&count=true",
    )),
    "/api/identity/users/{user_id}": Reads("admin"),
    "/api/identity/invitations": Reads("admin", (
        "", "state=expired", "state=pending", "count=true", "state=expired&count=true", "sort=name",
        "sort=name&state=expired&descending=true", "q=heron", "q=person&state=expired&sort=name&count=true",
    )),
    "/api/identity/access-requests": Reads("admin", ("", "state=expired", "state=pending", "count=true",
                                                     "state=expired&count=true")),
    "/api/identity/contacts": Reads("admin", (
        "", "kind=technical", "kind=admin", "sort=name&descending=true", "count=true", "kind=technical&count=true",
        "q=heron", "q=person&kind=technical&count=true",
    )),
    "/api/identity/contacts/{contact_id}": Reads("admin"),
    "/api/identity/customers": Reads("seller", (
        "", "status=not_connected", "q=heron", "q=he", "q=zzzz", "totals=false&q=customer", "hide_inactive=true",
        "activity=inactive", "activity=never",
        *(f"totals=false&sort={sort}&descending=true" for sort in _SORTS),
        *(f"totals=false&status=not_connected&sort={sort}" for sort in _SORTS),
    )),
    "/api/identity/customers/summary": Reads("seller"),
    "/api/identity/customers/{customer_id}": Reads("seller"),
    "/api/identity/partners": Reads("staff"),
    "/api/identity/partners/{partner_id}": Reads("staff"),
    "/api/identity/partners/{partner_id}/customers": Reads("staff", (
        "", "status=not_connected", "q=heron", "activity=never", "totals=false&hide_inactive=true",
        "sort=mrr&descending=true",
    )),
    "/api/identity/links": Reads("seller", ("customer_id={customer_id}",)),
    "/api/identity/links/linkable": Reads("seller", ("customer_id={customer_id}",)),
    "/api/identity/links/of-parent": Reads("admin"),
    "/api/identity/links/of-parent/admins": Reads("admin"),
    "/api/identity/links/all": Reads("seller", (
        "", "q=heron&count=true", "role=support", "sort=workspace", "sort=last_day&descending=true",
    )),
    "/api/identity/on-behalf/here": Reads("admin"),
    "/api/identity/on-behalf/below": Reads("seller"),
    "/api/billing/bill-groups": Reads("admin"),
    "/api/billing/customers/{workspace_id}/bill-groups": Reads("staff"),
    "/api/billing/customers/{workspace_id}/bill-groups/{bill_group_id}": Reads("staff"),
    "/api/billing/customers/{workspace_id}/bill-groups/{bill_group_id}/credit": Reads("staff"),
    "/api/billing/customers/{workspace_id}/bill-groups/{bill_group_id}/next-invoice": Reads("staff"),
    "/api/billing/next-invoices/{bill_group_id}": Reads("admin"),
    "/api/billing/next-invoices/{bill_group_id}#visitor": Reads("visitor"),
    "/api/billing/customers/{workspace_id}/invoices": Reads("staff", _OF_ALL_INVOICES),
    "/api/billing/customers/{workspace_id}/subscriptions": Reads("staff", _OF_SUBSCRIPTIONS),
    "/api/billing/customers/{workspace_id}/payment-methods": Reads("staff", ("", "bill_group_id={bill_group_id}")),
    "/api/billing/payment-methods": Reads("admin", ("", "bill_group_id={bill_group_id}")),
    "/api/billing/payment-methods#visitor": Reads("visitor"),
    "/api/billing/invoices": Reads("admin", _OF_ALL_INVOICES),
    "/api/billing/invoices#visitor": Reads("visitor", ("", "status=open", *_OF_INVOICES)),
    "/api/billing/invoices/{invoice_id}": Reads("admin"),
    "/api/billing/payments": Reads("admin", ("invoice_id={invoice_id}",)),
    "/api/billing/payments/{payment_id}": Reads("admin"),
    "/api/billing/plans": Reads("admin", (
        "", "product_id={product_id}", "product_id={product_id}&product_id={nobody}",
    )),
    "/api/billing/plans/of-products/{product_id}": Reads("staff"),
    "/api/billing/spend": Reads("admin", ("months=12", "months=36")),
    "/api/billing/subscriptions": Reads("admin", _OF_SUBSCRIPTIONS),
    "/api/billing/subscriptions#visitor": Reads("visitor", ("", "status=ended&count=true")),
    "/api/provisioning/catalogue": Reads("staff", ("", "state=offered", "state=withdrawn", "state=retired")),
    "/api/provisioning/catalogue/{key}": Reads("staff"),
    "/api/provisioning/products": Reads("admin"),
    "/api/provisioning/products/{key}": Reads("admin"),
    "/api/provisioning/orders": Reads("admin", _OF_ORDERS),
    "/api/provisioning/orders#visitor": Reads("visitor", _OF_ORDERS),
    "/api/provisioning/orders/{order_id}": Reads("admin"),
    "/api/provisioning/failed-orders": Reads("staff"),
    "/api/provisioning/all-orders": Reads("staff", ("", "state=failed", "state=placed", "q=ORD-10000", "q=zzzz",
                                                    "q=customer&state=failed")),
    "/api/provisioning/customer-orders": Reads("seller", ("", "sort=placed_at&descending=false", "state=failed",
                                                           "q=ORD-10000", "q=zzzz")),
    "/api/provisioning/customer-orders/counts": Reads("seller"),
    "/api/provisioning/acknowledgements/count": Reads("staff"),
    "/api/provisioning/manual-tasks": Reads("staff", ("", "state=waiting", "state=done", "state=given_up")),
    "/api/provisioning/failed-work": Reads("staff", ("", "verb=restart")),
    "/api/provisioning/operations": Reads("admin", ("service_id={service_id}", "service_id={nobody}")),
    "/api/provisioning/operations/{operation_id}": Reads("admin"),
    "/api/provisioning/operations/{operation_id}/output": Reads("admin"),
    "/api/provisioning/services": Reads("admin", _OF_SERVICES),
    "/api/provisioning/services#visitor": Reads("visitor", _OF_SERVICES),
    "/api/provisioning/services#local": Reads("local", _OF_SERVICES),
    "/api/provisioning/orders#local": Reads("local", _OF_ORDERS),
    "/api/provisioning/locations": Reads("admin", _OF_LOCATIONS),
    "/api/provisioning/locations#visitor": Reads("visitor", _OF_LOCATIONS),
    "/api/provisioning/locations#local": Reads("local", _OF_LOCATIONS),
    "/api/provisioning/locations/{location_id}": Reads("admin"),
    "/api/provisioning/services/counts": Reads("admin"),
    "/api/provisioning/services/{service_id}": Reads("admin"),
    "/api/provisioning/sites": Reads("admin"),
    "/api/provisioning/placements/sites": Reads("admin", _OF_SITES),
    "/api/provisioning/placements/sites#visitor": Reads("visitor", _OF_SITES),
    "/api/provisioning/placements/nowhere": Reads("admin", _OF_SITES),
    "/api/provisioning/placements/services": Reads("admin", _OF_ONE_SITE),
    "/api/provisioning/placements/sites#local": Reads("local", _OF_SITES),
    "/api/provisioning/placements/services#local": Reads("local", _OF_ONE_SITE),
    "/api/provisioning/placements/services#visitor": Reads("visitor", _OF_ONE_SITE),
    "/api/provisioning/placements/{service_id}": Reads("admin"),
    "/api/audit/entries": Reads("admin", (
        "", "action=billing.invoice_issued", "action=billing.invoice_paid", "action=nobody.did_this",
        "actor={address}", "actor=nobody@larkspur.example", "actor_id={person}", "actor_id={nobody}",
        "from=2020-01-01T00:00:00Z", "to=2020-01-01T00:00:00Z", "actor_id={person}&action=billing.invoice_paid",
        "subject_id={invoice_id}", "subject_id={customer_id}", "correlation_id={nobody}", "via=on_behalf",
        "via=on_behalf&actor_id={person}&action=billing.invoice_paid", "via=on_behalf&action=nobody.did_this",
    )),
    "/api/audit/entries/{entry_id}": Reads("admin"),
    "/api/audit/visits": Reads("admin"),
    "/api/audit/entries#own": Reads("member", ("", "action=nobody.did_this")),
}  # fmt: skip
"""By path; after # a second person of the same path."""


def requests(service: str, tenant: Tenant) -> Iterator[tuple[Who, str, str]]:
    """Who asks, the request's name, and its path."""
    kinds = ("user", "contact", "customer", "partner", "invoice", "payment", "order", "service", "operation", "product",
             "entry", "site", "location")  # fmt: skip
    ids = {f"{kind}_id": tenant.id(kind) for kind in kinds}
    ids |= {
        "workspace_id": tenant.admin.workspace.id,
        "bill_group_id": tenant.id("bill group"),
        "nobody": tenant.id("nobody"),
    }
    texts = {"key": f"product-{tenant.admin.id}-1", "address": address_of(tenant.member), "person": tenant.member.id,
             "number": f"{tenant.admin.id}-0000", "slug": tenant.admin.workspace.slug}  # fmt: skip
    for key, reads in READS.items():
        if not key.startswith(f"/api/{service}/"):
            continue
        path, _, by = key.partition("#")
        for query in reads.queries:
            asked = f"{path}?{query}" if query else path
            yield reads.who, f"{asked.removeprefix('/api')}{by and f' ({by})'}", asked.format(**ids, **texts)
