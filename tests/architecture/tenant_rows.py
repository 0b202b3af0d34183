"""Inserts a row of a tenant into any table, with values by the types of its columns."""

from uuid import UUID, uuid4

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.tables import Kind

TENANT = {Kind.workspace: "workspace_id", Kind.parent_readable: "workspace_id", Kind.person: "user_id"}
"""The column of the tenant, per kind of table."""
REQUIRED = """
SELECT attname AS name, format_type(atttypid, atttypmod) AS type FROM pg_attribute
WHERE attrelid = cast(:table AS regclass) AND attnum > 0 AND attnotnull AND NOT atthasdef AND attidentity = ''
"""
VALUES = {"uuid": "gen_random_uuid()", "jsonb": "'{}'", "bytea": "'x'", "boolean": "false", "date": "current_date",
          "timestamp with time zone": "now()", "integer": "cast(:number AS int)",
          "bigint": "cast(:number AS int)", "numeric(5,2)": "0"}  # fmt: skip
ALLOWED = {
    "documents": {"kind": "'other'"},
    "workspaces": {"kind": "'customer'", "parent_workspace_id": "gen_random_uuid()"},
    "bill_group_contacts": {"kind": "'billing'"},
    "subscriptions": {"clock": "'pending'"},
    "invoices": {"status": "'draft'", "paid_minor": "0", "total_minor": "2 * cast(:number AS int)"},
    "invoice_lines": {"kind": "'recurring'"},
    "payments": {"state": "'created'"},
    "payment_methods": {
        "kind": "'card'",
        "state": "'requested'",
        "notices": "0",
        "last_four": "''",
        "brand": "''",
        "label": "''",
    },
    "credit_entries": {"kind": "'surplus'", "payment_id": "gen_random_uuid()"},
    "pending_lines": {"kind": "'recurring'", "net_minor": "1", "left_minor": "0"},
    "mrr_movements": {"movement": "'new'"},
    "charges": {"state": "'waiting'", "failures": "0"},
    "refunds": {"state": "'requested'"},
    "operations": {"state": "'queued'", "verb": "'restart'"},
    "access_rules": {"kind": "'address'", "value": "cast(:number AS int) || '@a.example'", "domain": "'a.example'"},
    "holder_changes": {"state": "'proposed'", "slot": "'primary'"},
    "erasures": {"state": "'requested'", "requested_at": "now() - interval '7 days'"},
    "moves": {"state": "'proposed'"},
    "access_requests": {"state": "'pending'"},
    "deliveries": {"state": "'queued'"},
    "own_mails": {"state": "'waiting'"},
    "mail_tests": {"state": "'asked'"},
    "preferences": {"channel": "'mail'"},
    "campaigns": {
        "state": "'draft'",
        "texts": """'{"en": {}}'""",
        "version": "1",
        "tries": "0",
        "due_at": "NULL",
    },
    "unsubscriptions": {"changes": "1"},
    "suppressions": {"recipient_kind": "'user'", "reason": "'no_mailbox'", "released_by_self": "0"},
    "undelivered_mails": {"state": "'waiting'", "reason": "'no_recipient'", "due_at": "now()"},
}  # fmt: skip
"""Values that satisfy check constraints."""


async def insert_row(
    session: AsyncSession, table: str, column: str, tenant: UUID, number: int, **further: str
) -> None:  # fmt: skip
    """Insert a row in which ``column`` is ``tenant``; ``number`` distinguishes the rows of a table. ``further``: more
    columns, as SQL."""
    required = (await session.execute(text(REQUIRED), {"table": table})).all()
    values = {name: VALUES.get(kind, f"cast(:text AS {kind})") for name, kind in required}
    values |= {"currency": "'EUR'"} if "currency" in values else {}
    values |= ALLOWED.get(table, {}) | further | {column: "cast(:tenant AS uuid)"}
    statement = f"INSERT INTO {table} ({', '.join(values)}) VALUES ({', '.join(values.values())})"
    given = {"tenant": tenant, "number": number, "text": uuid4().hex}
    await session.execute(text(statement), {name: value for name, value in given.items() if f":{name}" in statement})
