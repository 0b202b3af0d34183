"""The rows that operations are about, read from the databases: whose they are says the database, not this file."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from tests.authorisation.installation import Installation

MEMBERS = """
SELECT user_id AS id, workspace_id, ARRAY[user_id] AS people FROM grants g WHERE source IN ('membership', 'invitation')
"""
OWN = "SELECT user_id AS id, workspace_id FROM grants WHERE source IN ('membership', 'invitation', 'access_rule')"
OWN_BY_ID = """SELECT workspace_id AS id, NULL::uuid AS workspace_id, array_agg(m.id) AS people FROM ({}) m
    GROUP BY workspace_id"""
OF_CUSTOMERS = "w.parent_workspace_id AS workspace_id FROM {} t JOIN workspaces w ON w.workspace_id = t.workspace_id"
LINKED = "ARRAY(SELECT user_id FROM grants g WHERE g.workspace_id = w.workspace_id AND source = 'link')"
BELOW = f"""
SELECT w.workspace_id AS id, parent_workspace_id AS workspace_id, {LINKED} AS people
FROM workspaces w WHERE parent_workspace_id IS NOT NULL
"""
IDENTITY = {
    "contacts": "SELECT id, workspace_id FROM contacts",
    "invitations": "SELECT id, workspace_id FROM invitations",
    "pending invitations": "SELECT id, workspace_id FROM invitations WHERE state = 'pending'",
    "access requests": "SELECT id, workspace_id FROM access_requests",
    "asked workspaces": "SELECT id, NULL::uuid AS workspace_id, ARRAY[user_id] AS people FROM asked_workspaces",
    "own workspaces": OWN_BY_ID.format(OWN),
    "own memberships": OWN_BY_ID.format(MEMBERS),
    "members": MEMBERS,
    "members who are no admins": f"{MEMBERS} AND role <> 'admin' ORDER BY role",
    "users without a link": f"""{MEMBERS} AND role = 'read_only'
        AND NOT EXISTS (SELECT FROM grants l WHERE l.user_id = g.user_id AND source = 'link')""",
    "sessions": "SELECT id, NULL::uuid AS workspace_id, ARRAY[user_id] AS people FROM sessions WHERE ended_at IS NULL",
    "workspaces of a person": f"""SELECT slug AS id, ARRAY(SELECT id FROM ({OWN}) m
        WHERE m.workspace_id = w.workspace_id) AS people FROM workspaces w WHERE connected_at IS NOT NULL""",
    "destinations": f"""SELECT slug AS id, ARRAY(
          SELECT id FROM ({OWN}) m WHERE m.workspace_id = w.workspace_id
          UNION SELECT user_id FROM grants p WHERE p.workspace_id = w.parent_workspace_id
            AND p.source IN ('membership', 'invitation') AND (p.role = 'admin' OR p.role <> 'billing' AND EXISTS (
              SELECT FROM grants l
              WHERE l.workspace_id = w.workspace_id AND l.user_id = p.user_id AND l.source = 'link'))
        ) AS people FROM workspaces w WHERE connected_at IS NOT NULL""",
    "bill groups of Northwind": """SELECT b.bill_group_id AS id, p.workspace_id FROM bill_groups b
        JOIN workspaces w ON w.workspace_id = b.workspace_id AND w.slug = 'northwind'
        JOIN workspaces p ON p.kind = 'provider'""",
    "customers": f"{BELOW} AND kind = 'customer'",
    "connected customers": f"{BELOW} AND kind = 'customer' AND connected_at IS NOT NULL",
    "customers not connected": f"{BELOW} AND connected_at IS NULL",
    "partners": f"{BELOW} AND kind = 'partner'",
    "connected, by URL name": f"""SELECT slug AS id, below.workspace_id, people FROM ({BELOW}) below
        JOIN workspaces w ON w.workspace_id = below.id WHERE connected_at IS NOT NULL""",
    "bill groups of customers": f"SELECT t.bill_group_id AS id, {OF_CUSTOMERS.format('bill_groups')}",
    "access rules of customers": f"SELECT t.id, {OF_CUSTOMERS.format('access_rules')} ORDER BY t.bill_group_id",
    "links to a workspace": "SELECT id, workspace_id FROM grants WHERE source = 'link'",
    "links": """SELECT g.id, w.parent_workspace_id AS workspace_id FROM grants g JOIN workspaces w USING (workspace_id)
        WHERE source = 'link'""",
}
SOLD = "FROM workspace_copies w JOIN workspace_copies seller ON seller.kind = 'provider'"
BILLING = {
    "bill groups": "SELECT bill_group_id AS id, workspace_id, bill_group_id FROM bill_groups",
    "invoices": "SELECT id, workspace_id, bill_group_id, total_minor AS amount FROM invoices",
    "unprinted invoices": """SELECT invoice_id AS id, w.id AS workspace_id FROM invoice_files
        JOIN workspace_copies w ON w.kind = 'provider' WHERE failed_at IS NOT NULL""",
    "payments": "SELECT id, workspace_id, bill_group_id FROM payments",
    "customers' bill groups": """SELECT bill_group_id AS id, w.id AS workspace_id FROM bill_groups
        JOIN workspace_copies w ON w.kind = 'provider'""",
    "payment methods": "SELECT id, workspace_id, bill_group_id FROM payment_methods WHERE state = 'active'",
    "subscriptions": "SELECT id, workspace_id, bill_group_id FROM subscriptions",
    "subscribed services": """SELECT service_id AS id, workspace_id, bill_group_id FROM subscriptions
        WHERE clock <> 'ended'""",
    "parked groups": """SELECT bill_group_id AS id, w.id AS workspace_id FROM parked_groups
        JOIN workspace_copies w ON w.kind = 'provider'""",
    "upcoming bill groups": """SELECT bill_group_id AS id, w.id AS workspace_id FROM bill_groups g
        JOIN workspace_copies w ON w.kind = 'provider' WHERE next_billing_on IS NOT NULL
        AND NOT EXISTS (SELECT FROM parked_groups p WHERE p.bill_group_id = g.bill_group_id)""",
    "plans": "SELECT id FROM plans",
    "products of plans": "SELECT DISTINCT product_id AS id FROM plans",
    "accounts": f"SELECT w.id, seller.id AS workspace_id {SOLD} WHERE w.kind = 'customer'",
    "groups of accounts": f"""SELECT w.id || ':' || g.bill_group_id AS id, seller.id AS workspace_id {SOLD}
        JOIN bill_groups g ON g.workspace_id = w.id""",
    "subscriptions of accounts": f"""SELECT w.id || ':' || s.id AS id, seller.id AS workspace_id {SOLD}
        JOIN subscriptions s ON s.workspace_id = w.id""",
    "plan versions": "SELECT id FROM plan_versions",
}
PROVISIONING = {
    "products": "SELECT id FROM products",
    "product keys": "SELECT key AS id FROM products",
    "orders": "SELECT id, workspace_id, bill_group_id FROM orders",
    "waiting orders": "SELECT id, workspace_id, bill_group_id FROM orders WHERE state = 'awaiting_approval'",
    "submitted orders": """SELECT order_id AS id, w.id AS workspace_id FROM all_orders
        JOIN workspace_copies w ON w.kind = 'provider' WHERE state = 'awaiting_acknowledgement'""",
    "services": "SELECT id, workspace_id, bill_group_id FROM services",
    "active services": "SELECT id, workspace_id, bill_group_id FROM services WHERE state = 'active'",
    "operations": """SELECT o.id, o.workspace_id, s.bill_group_id FROM operations o
        JOIN services s ON s.id = o.service_id WHERE o.verb <> 'reset_credentials'""",
    "resets": """SELECT o.id, o.workspace_id, s.bill_group_id FROM operations o
        JOIN services s ON s.id = o.service_id WHERE o.verb = 'reset_credentials'""",
    "all orders": """SELECT order_id AS id, w.id AS workspace_id FROM all_orders
        JOIN workspace_copies w ON w.kind = 'provider'""",
    "failed work": """SELECT operation_id AS id, w.id AS workspace_id FROM failed_work
        JOIN workspace_copies w ON w.kind = 'provider'""",
    "sites": "SELECT id FROM sites",
    "site keys": "SELECT key AS id FROM sites",
    "hosts": "SELECT id, workspace_id FROM hosts",
    "services at no site": "SELECT id, workspace_id, bill_group_id FROM services WHERE site_id IS NULL",
    "failed orders": """SELECT order_id AS id, w.id AS workspace_id FROM failed_orders
        JOIN workspace_copies w ON w.kind = 'provider'""",
}
NOTIFICATIONS = {
    "undelivered mails": """SELECT message_id AS id, w.id AS workspace_id FROM undelivered_mails
        JOIN workspace_copies w ON w.kind = 'provider'""",
}
AUDIT = {
    "entries": """SELECT id, workspace_id, CASE WHEN via <> 'system' THEN ARRAY[actor_id] ELSE '{}' END AS people
        FROM entries""",
    "authors": """SELECT DISTINCT actor_id AS id, workspace_id, ARRAY[actor_id] AS people FROM entries
        WHERE actor_id IS NOT NULL""",
    "subjects": """SELECT subject_id AS id, workspace_id,
        coalesce(array_agg(DISTINCT actor_id) FILTER (WHERE via <> 'system'), '{}') AS people
        FROM entries GROUP BY 1, 2""",
    "entries on behalf": """SELECT id, workspace_id, ARRAY[actor_id] AS people FROM entries
        WHERE via = 'on_behalf'""",
}
EXPORTS = "SELECT id, NULL::uuid AS workspace_id, ARRAY[user_id] AS people FROM exports"
SOURCES = {
    "identity": IDENTITY,
    "billing": BILLING,
    "provisioning": PROVISIONING,
    "notifications": NOTIFICATIONS,
    "audit": AUDIT,
}


@dataclass(frozen=True)
class Row:
    """A row with its owners. ``people`` are those who see it at the level ``own``; None where that level means nothing.
    A row without a workspace is theirs alone, or everybody's."""

    id: str
    workspace_id: UUID | None
    bill_group_id: UUID | None
    people: frozenset[str] | None
    amount: int


async def read_rows(installation: Installation) -> dict[str, tuple[Row, ...]]:
    """All rows by the names above."""
    found = {}
    for service, queries in SOURCES.items():
        for name, query in queries.items():
            found[name] = tuple(map(_row, await installation[service].rows(query)))
        if service != "notifications":  # which exports nothing
            found[f"exports of {service}"] = tuple(map(_row, await installation[service].rows(EXPORTS)))
    return found


def _row(row: dict[str, object]) -> Row:
    people = row.get("people")
    return Row(
        id=str(row["id"]),
        workspace_id=row.get("workspace_id"),  # type: ignore[arg-type]
        bill_group_id=row.get("bill_group_id"),  # type: ignore[arg-type]
        people=frozenset(map(str, people)) if isinstance(people, Iterable) else None,
        amount=int(str(row.get("amount", 0))),
    )
