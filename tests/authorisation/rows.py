"""The rows that operations are about, read from the databases: whose they are says the database, not this file."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from tests.authorisation.installation import Installation

MEMBERS = """
SELECT user_id AS id, workspace_id, ARRAY[user_id] AS people FROM grants g WHERE source IN ('membership', 'invitation')
"""
OWN = """SELECT user_id AS id, workspace_id FROM grants
    WHERE source IN ('membership', 'invitation', 'access_rule', 'location_invitation')"""
OWN_BY_ID = """SELECT workspace_id AS id, NULL::uuid AS workspace_id, array_agg(m.id) AS people FROM ({}) m
    GROUP BY workspace_id"""
TO_LEAVE = """SELECT user_id AS id, workspace_id FROM grants
    WHERE source IN ('membership', 'invitation', 'location_invitation')"""
OF_CUSTOMERS = "w.parent_workspace_id AS workspace_id FROM {} t JOIN workspaces w ON w.workspace_id = t.workspace_id"
LINKED = "ARRAY(SELECT user_id FROM grants g WHERE g.workspace_id = w.workspace_id AND source = 'link')"
BELOW = f"""
SELECT w.workspace_id AS id, parent_workspace_id AS workspace_id, {LINKED} AS people
FROM workspaces w WHERE parent_workspace_id IS NOT NULL
"""
IDENTITY = {
    "locations known": "SELECT location_id AS id, workspace_id, bill_group_id, location_id FROM locations",
    "locations below": f"""SELECT t.workspace_id || ':' || t.location_id AS id,
        {OF_CUSTOMERS.format("locations")}""",
    "people of locations": """SELECT location_id || ':' || user_id AS id, workspace_id, bill_group_id, location_id
        FROM grants WHERE location_id IS NOT NULL""",
    "contacts": "SELECT id, workspace_id FROM contacts",
    "invitations": "SELECT id, workspace_id FROM invitations",
    "pending invitations": "SELECT id, workspace_id FROM invitations WHERE state = 'pending'",
    "access requests": "SELECT id, workspace_id FROM access_requests",
    "asked workspaces": "SELECT id, NULL::uuid AS workspace_id, ARRAY[user_id] AS people FROM asked_workspaces",
    "own workspaces": OWN_BY_ID.format(OWN),
    "own workspaces to leave": OWN_BY_ID.format(TO_LEAVE),
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
    "workspaces below": """SELECT w.workspace_id AS id, a.workspace_id FROM workspaces w
        LEFT JOIN workspaces p ON p.workspace_id = w.parent_workspace_id
        JOIN workspaces a ON a.workspace_id IN (p.workspace_id, p.parent_workspace_id)""",
    "customers of the provider": """SELECT w.workspace_id AS id, a.workspace_id FROM workspaces w
        JOIN workspaces a ON a.kind = 'provider' WHERE w.kind = 'customer'""",
    "holder changes": "SELECT id, workspace_id FROM holder_changes WHERE state = 'proposed'",
    "holder changes to answer": """SELECT id, workspace_id, ARRAY[new_user_id] AS people FROM holder_changes
        WHERE state = 'proposed'""",
    "holder changes to undo": """SELECT id, workspace_id, ARRAY[former_user_id] AS people FROM holder_changes
        WHERE state = 'effective' AND former_user_id IS NOT NULL""",
    "requested holder changes": """SELECT c.workspace_id || ':' || c.id AS id, a.workspace_id FROM holder_changes c
        JOIN workspaces a ON a.kind = 'provider' WHERE c.state = 'requested'""",
    "moves": "SELECT id, workspace_id FROM moves WHERE state = 'proposed'",
    "proposed moves": """SELECT m.workspace_id AS id, a.workspace_id FROM moves m
        JOIN workspaces a ON a.kind = 'provider' WHERE m.state = 'proposed'""",
    "connected, by URL name": f"""SELECT slug AS id, below.workspace_id, people FROM ({BELOW}) below
        JOIN workspaces w ON w.workspace_id = below.id WHERE connected_at IS NOT NULL""",
    "bill groups of customers": f"SELECT t.bill_group_id AS id, {OF_CUSTOMERS.format('bill_groups')}",
    "access rules of customers": f"SELECT t.id, {OF_CUSTOMERS.format('access_rules')} ORDER BY t.bill_group_id",
    "links to a workspace": "SELECT id, workspace_id FROM grants WHERE source = 'link'",
    "visits": "SELECT id, workspace_id FROM grants WHERE source = 'on_behalf'",
    "visits below": "SELECT id, parent_workspace_id AS workspace_id FROM grants WHERE source = 'on_behalf'",
    "links": """SELECT g.id, w.parent_workspace_id AS workspace_id FROM grants g JOIN workspaces w USING (workspace_id)
        WHERE source = 'link'""",
}
_OF_STAFF = """SELECT q.id, w.id AS workspace_id FROM quotes q JOIN workspace_copies w ON w.kind = 'provider'"""
QUOTES = {
    "quotes": "SELECT id, workspace_id, bill_group_id FROM quotes",
    "requested quotes": "SELECT id, workspace_id, bill_group_id FROM quotes WHERE state = 'requested'",
    "offered quotes": "SELECT id, workspace_id, bill_group_id FROM quotes WHERE state = 'offered'",
    "quotes of customers": _OF_STAFF,
    "requested quotes of customers": f"{_OF_STAFF} WHERE q.state = 'requested'",
    "drafted quotes of customers": f"{_OF_STAFF} WHERE q.state = 'draft'",
    "offered quotes of customers": f"{_OF_STAFF} WHERE q.state = 'offered'",
    "accepted quotes of customers": f"{_OF_STAFF} WHERE q.state = 'accepted'",
}
SOLD = "FROM workspace_copies w JOIN workspace_copies seller ON seller.kind = 'provider'"
BILLING = {
    **QUOTES,
    "bill groups": "SELECT bill_group_id AS id, workspace_id, bill_group_id FROM bill_groups ORDER BY is_default DESC",
    "invoices": "SELECT id, workspace_id, bill_group_id, total_minor AS amount FROM invoices",
    "unprinted invoices": """SELECT invoice_id AS id, w.id AS workspace_id FROM invoice_files
        JOIN workspace_copies w ON w.kind = 'provider' WHERE failed_at IS NOT NULL""",
    "documents": """SELECT id, workspace_id, coalesce(bill_group_id, id) AS bill_group_id FROM documents
        WHERE removed_at IS NULL""",
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
    "plans": "SELECT id FROM plans WHERE offered_to IS NULL",
    "products of plans": "SELECT DISTINCT product_id AS id FROM plans",
    "accounts": f"SELECT w.id, seller.id AS workspace_id {SOLD} WHERE w.kind = 'customer'",
    "groups of accounts": f"""SELECT w.id || ':' || g.bill_group_id AS id, seller.id AS workspace_id {SOLD}
        JOIN bill_groups g ON g.workspace_id = w.id""",
    "subscriptions of accounts": f"""SELECT w.id || ':' || s.id AS id, seller.id AS workspace_id {SOLD}
        JOIN subscriptions s ON s.workspace_id = w.id""",
    "documents of accounts": f"""SELECT w.id || ':' || d.id AS id, seller.id AS workspace_id {SOLD}
        JOIN documents d ON d.workspace_id = w.id WHERE d.removed_at IS NULL""",
    "plan versions": """SELECT v.id FROM plan_versions v JOIN plans p ON p.id = v.plan_id
        WHERE p.offered_to IS NULL""",
}
TASKS = """SELECT operation_id AS id, w.id AS workspace_id FROM manual_tasks
    JOIN workspace_copies w ON w.kind = 'provider'"""
RELEASED = """FROM releases r JOIN release_files f ON f.release_id = r.id JOIN products p ON p.id = r.product_id
    JOIN services s ON s.product_id = p.id WHERE r.state = 'published'"""
OF_STAFF = "JOIN workspace_copies w ON w.kind = 'provider'"
PROVISIONING = {
    "releases": f"SELECT r.id, w.id AS workspace_id FROM releases r {OF_STAFF}",
    "drafts": f"SELECT r.id, w.id AS workspace_id FROM releases r {OF_STAFF} WHERE state = 'draft'",
    "published releases": f"SELECT r.id, w.id AS workspace_id FROM releases r {OF_STAFF} WHERE state = 'published'",
    "released products": f"SELECT DISTINCT product_id AS id, w.id AS workspace_id FROM releases {OF_STAFF}",
    "files of drafts": f"""SELECT r.id || ':' || f.id AS id, w.id AS workspace_id FROM releases r
        JOIN release_files f ON f.release_id = r.id {OF_STAFF} WHERE r.state = 'draft'""",
    "products to download": f"SELECT p.id, s.workspace_id, s.bill_group_id, s.location_id {RELEASED}",
    "keys of products to download": f"SELECT p.key AS id, s.workspace_id, s.bill_group_id, s.location_id {RELEASED}",
    "releases to download": f"SELECT r.id, s.workspace_id, s.bill_group_id, s.location_id {RELEASED}",
    "files to download": f"SELECT f.id, s.workspace_id, s.bill_group_id, s.location_id {RELEASED}",
    "customers to order for": """SELECT c.id, w.id AS workspace_id FROM workspace_copies c
        JOIN workspace_copies w ON w.kind = 'provider' WHERE c.kind = 'customer'""",
    "products": "SELECT id FROM products WHERE add_on_to = '{}'",
    "product keys": "SELECT key AS id FROM products",
    "orders": "SELECT id, workspace_id, bill_group_id, location_id FROM orders",
    "waiting orders": """SELECT id, workspace_id, bill_group_id, location_id FROM orders
        WHERE state = 'awaiting_approval' AND part_of IS NULL""",
    "waiting orders of add-ons": """SELECT id, workspace_id, bill_group_id, location_id FROM orders
        WHERE state = 'awaiting_approval' AND part_of IS NOT NULL""",
    "submitted orders": """SELECT order_id AS id, w.id AS workspace_id FROM all_orders
        JOIN workspace_copies w ON w.kind = 'provider' WHERE state = 'awaiting_acknowledgement'""",
    "tasks": TASKS,
    "open tasks": f"{TASKS} WHERE is_open",
    "tasks of assets that are there": f"{TASKS} WHERE state = 'done'",
    "assets with a photo": """SELECT id, workspace_id, bill_group_id, location_id FROM services
        WHERE photo_digest IS NOT NULL""",
    "services": "SELECT id, workspace_id, bill_group_id, location_id FROM services",
    "active services": """SELECT id, workspace_id, bill_group_id, location_id FROM services
        WHERE state = 'active' AND kind <> 'asset' AND part_of IS NULL""",
    "circuits": """SELECT s.id, s.workspace_id, s.bill_group_id, s.location_id FROM services s
        JOIN products p ON p.id = s.product_id WHERE s.state = 'active' AND p.key = 'circuit'""",
    "add-ons": """SELECT id, workspace_id, bill_group_id, location_id FROM services
        WHERE state = 'active' AND part_of IS NOT NULL AND NOT brought""",
    "orders of add-ons": """SELECT id, workspace_id, bill_group_id, location_id FROM orders
        WHERE part_of IS NOT NULL AND state = 'fulfilled'""",
    "products of the catalogue": "SELECT id FROM products",
    "add-on products": "SELECT id FROM products WHERE add_on_to <> '{}'",
    "licences": "SELECT id, workspace_id, bill_group_id, location_id FROM licences",
    "licensed services": "SELECT service_id AS id, workspace_id, bill_group_id, location_id FROM licences",
    "activations": """SELECT l.id || ':' || a.id AS id, l.workspace_id, l.bill_group_id, l.location_id
        FROM licence_activations a JOIN licences l ON l.id = a.licence_id""",
    "customers of the seller": f"SELECT w.id, seller.id AS workspace_id {SOLD} WHERE w.kind = 'customer'",
    "licences of customers": f"""SELECT w.id || ':' || l.id AS id, seller.id AS workspace_id {SOLD}
        JOIN licences l ON l.workspace_id = w.id""",
    "operations": """SELECT o.id, o.workspace_id, s.bill_group_id, s.location_id FROM operations o
        JOIN services s ON s.id = o.service_id WHERE o.order_id IS NOT NULL""",
    "resets": """SELECT o.id, o.workspace_id, s.bill_group_id, s.location_id FROM operations o
        JOIN services s ON s.id = o.service_id WHERE o.verb = 'reset_credentials'""",
    "all orders": """SELECT order_id AS id, w.id AS workspace_id FROM all_orders
        JOIN workspace_copies w ON w.kind = 'provider'""",
    "customers' orders": """SELECT order_id AS id, parent_workspace_id AS workspace_id,
        ARRAY(SELECT user_id FROM access_grants g WHERE g.workspace_id = a.workspace_id AND source = 'link') AS people
        FROM all_orders a""",
    "failed work": """SELECT operation_id AS id, w.id AS workspace_id FROM failed_work
        JOIN workspace_copies w ON w.kind = 'provider'""",
    "locations": "SELECT location_id AS id, workspace_id, bill_group_id, location_id FROM locations",
    "locations of customers": """SELECT l.workspace_id || ':' || l.location_id AS id,
        p.parent_workspace_id AS workspace_id FROM locations l JOIN workspace_copies p ON p.id = l.workspace_id""",
    "customers with locations": """SELECT id, parent_workspace_id AS workspace_id FROM workspace_copies
        WHERE kind = 'customer'""",
    "customers with an office": """SELECT l.workspace_id AS id, a.id AS workspace_id FROM locations l
        JOIN workspace_copies w ON w.id = l.workspace_id JOIN workspace_copies p ON p.id = w.parent_workspace_id
        JOIN workspace_copies a ON a.id IN (p.id, p.parent_workspace_id) WHERE l.display_name = 'office'""",
    "sites": "SELECT id FROM sites",
    "site keys": "SELECT key AS id FROM sites",
    "hosts": "SELECT id, workspace_id FROM hosts",
    "services at no site": "SELECT id, workspace_id, bill_group_id, location_id FROM services WHERE site_id IS NULL",
    "failed orders": """SELECT order_id AS id, w.id AS workspace_id FROM failed_orders
        JOIN workspace_copies w ON w.kind = 'provider'""",
}
NOTIFICATIONS = {
    "own mails that failed": """SELECT id, NULL::uuid AS workspace_id, ARRAY[user_id] AS people FROM own_mails
        WHERE state = 'failed'""",
    "notices": "SELECT id, NULL::uuid AS workspace_id, ARRAY[user_id] AS people FROM notices",
    "suppressed addresses": """SELECT s.id, w.id AS workspace_id FROM suppressions s
        JOIN workspace_copies w ON w.kind = 'provider' WHERE s.released_at IS NULL""",
    "campaigns": "SELECT id, workspace_id FROM campaigns",
    "drafts of news": "SELECT id, workspace_id FROM campaigns WHERE state = 'draft'",
    "scheduled news": "SELECT id, workspace_id FROM campaigns WHERE state = 'scheduled'",
    "news that are being sent": "SELECT id, workspace_id FROM campaigns WHERE state = 'sending'",
    "news in the portal": """SELECT thing_id AS id, NULL::uuid AS workspace_id, array_agg(user_id) AS people
        FROM notices WHERE topic LIKE 'news%' GROUP BY 1""",
    "undelivered mails": """SELECT message_id AS id, w.id AS workspace_id FROM undelivered_mails
        JOIN workspace_copies w ON w.kind = 'provider'""",
}
AUDIT = {
    "entries": """SELECT id, workspace_id, CASE WHEN via <> 'system' THEN ARRAY[actor_id] ELSE '{}' END AS people
        FROM entries""",
    "past visits": """SELECT id, workspace_id, CASE WHEN via <> 'system' THEN ARRAY[actor_id] ELSE '{}' END AS people
        FROM entries WHERE action = 'identity.on_behalf_ended'""",
    "authors": """SELECT DISTINCT actor_id AS id, workspace_id, ARRAY[actor_id] AS people FROM entries
        WHERE actor_id IS NOT NULL""",
    "subjects": """SELECT subject_id AS id, workspace_id,
        coalesce(array_agg(DISTINCT actor_id) FILTER (WHERE via <> 'system'), '{}') AS people
        FROM entries GROUP BY 1, 2""",
    "entries of invoices": """SELECT id, workspace_id, CASE WHEN via <> 'system' THEN ARRAY[actor_id] ELSE '{}' END
        AS people FROM entries WHERE action = 'billing.invoice_issued'""",
    "entries of signing in": """SELECT id, workspace_id, ARRAY[actor_id] AS people FROM entries
        WHERE action = 'identity.user_signed_in'""",
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
    location_id: UUID | None = None


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
        location_id=row.get("location_id"),  # type: ignore[arg-type]
    )
