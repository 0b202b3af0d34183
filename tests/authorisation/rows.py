"""The rows that operations are about, read from the databases: whose they are says the database, not this file."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from tests.authorisation.installation import Installation

MEMBERS = "SELECT user_id AS id, workspace_id, ARRAY[user_id] AS people FROM grants WHERE source IN ('membership', 'invitation')"  # noqa: E501
BELOW = """
SELECT {id} AS id, parent_workspace_id AS workspace_id,
  ARRAY(SELECT user_id FROM grants g WHERE g.workspace_id = w.workspace_id AND source = 'link') AS people
FROM workspaces w WHERE parent_workspace_id IS NOT NULL
"""
OF_BILL_GROUPS = "SELECT {id} AS id, workspace_id, bill_group_id FROM {table}"

SOURCES: dict[str, tuple[str, str]] = {
    "contacts": ("identity", "SELECT id, workspace_id FROM contacts"),
    "invitations": ("identity", "SELECT id, workspace_id FROM invitations"),
    "pending invitations": ("identity", "SELECT id, workspace_id FROM invitations WHERE state = 'pending'"),
    "members": ("identity", MEMBERS),
    "members who are no admins": ("identity", f"{MEMBERS} AND role <> 'admin' ORDER BY role"),
    "their workspace": ("identity", "SELECT slug AS id, workspace_id FROM workspaces WHERE connected_at IS NOT NULL"),
    "customers": ("identity", f"{BELOW.format(id='workspace_id')} AND kind = 'customer'"),
    "connected customers": ("identity", f"{BELOW.format(id='workspace_id')} AND kind = 'customer' AND connected_at IS NOT NULL"),  # noqa: E501
    "customers not connected": ("identity", f"{BELOW.format(id='workspace_id')} AND connected_at IS NULL"),
    "partners": ("identity", f"{BELOW.format(id='workspace_id')} AND kind = 'partner'"),
    "connected, by URL name": ("identity", f"{BELOW.format(id='slug')} AND connected_at IS NOT NULL"),
    "links": ("identity", "SELECT g.id, w.parent_workspace_id AS workspace_id FROM grants g JOIN workspaces w USING (workspace_id) WHERE source = 'link'"),  # noqa: E501
    "users without a link": ("identity", f"{MEMBERS} AND role = 'read_only' AND NOT EXISTS (SELECT FROM grants l WHERE l.user_id = grants.user_id AND l.source = 'link')"),  # noqa: E501
    "bill groups": ("billing", OF_BILL_GROUPS.format(id="bill_group_id", table="bill_groups")),
    "invoices": ("billing", OF_BILL_GROUPS.format(id="id", table="invoices")),
    "payments": ("billing", OF_BILL_GROUPS.format(id="id", table="payments")),
    "subscriptions": ("billing", OF_BILL_GROUPS.format(id="id", table="subscriptions")),
    "plans": ("billing", "SELECT id FROM plans"),
    "products": ("provisioning", "SELECT id FROM products"),
    "product keys": ("provisioning", "SELECT key AS id FROM products"),
    "orders": ("provisioning", OF_BILL_GROUPS.format(id="id", table="orders")),
    "services": ("provisioning", OF_BILL_GROUPS.format(id="id", table="services")),
    "failed orders": ("provisioning", "SELECT order_id AS id, (SELECT id FROM workspace_copies WHERE kind = 'provider') AS workspace_id FROM failed_orders"),  # noqa: E501
    "entries": ("audit", "SELECT id, workspace_id, CASE WHEN via <> 'system' THEN ARRAY[actor_id] ELSE '{}' END AS people FROM entries"),  # noqa: E501
}


@dataclass(frozen=True)
class Row:
    """A row with its owners. Without a workspace it is everybody's, with ``people`` it is also theirs (level own)."""

    id: str
    workspace_id: UUID | None
    bill_group_id: UUID | None
    people: frozenset[str]


async def read_rows(installation: Installation) -> dict[str, tuple[Row, ...]]:
    found = {}
    for name, (service, query) in SOURCES.items():
        found[name] = tuple(map(_row, await installation[service].rows(query)))
    return found


def _row(row: dict[str, object]) -> Row:
    people = row.get("people")
    return Row(
        id=str(row["id"]),
        workspace_id=row.get("workspace_id"),  # type: ignore[arg-type]
        bill_group_id=row.get("bill_group_id"),  # type: ignore[arg-type]
        people=frozenset(map(str, people)) if isinstance(people, Iterable) else frozenset(),
    )
