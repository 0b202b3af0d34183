"""Fills the services' tables with rows of a customer and of those around it.

Ids are made from the customer, the kind of row and its number, so that rows of different services belong together.
"""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from hashlib import md5
from typing import TypeAlias
from uuid import UUID

from bench.installation import BenchInstallation
from bench.people import Connection, Person

Columns: TypeAlias = dict[str, str]
"""SQL expressions by column; ``n`` is the number of the row."""
Filling: TypeAlias = list[tuple[str, int, Columns]]
"""Tables, how many rows, and their columns. A table may come twice."""

# Columns that need a value and are not named get one by their type: those of somebody else, in most cases.
_REQUIRED = """
SELECT attname AS name, format_type(atttypid, atttypmod) AS type FROM pg_attribute
WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attnotnull AND NOT atthasdef AND attidentity = ''
"""
_INDEXES = """
SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition FROM pg_index
WHERE indrelid = ANY ($1::text[]::regclass[]) AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
"""
_VALUES = {
    "uuid": "gen_random_uuid()", "json": "'{}'", "jsonb": "'{}'", "bytea": "decode(md5(random()::text), 'hex')",
    "boolean": "false",
    "date": "current_date", "timestamp with time zone": "now() - n * interval '1 minute'", "integer": "1",
    "bigint": "1", "double precision": "0", "numeric(5,2)": "0", "text": "md5(random()::text)",
    "character varying": "md5(random()::text)",
}  # fmt: skip
_ALLOWED = {"currency": "'EUR'", "kind": "'billing'", "state": "'succeeded'", "status": "'paid'",
            "begun_via": "'self'", "placed_via": "'self'", "via": "'self'"}  # fmt: skip
"""Values that check constraints and readers ask for, by the column's name."""

# As triggers keep them, of a parent and of a customer.
TOTALS_OF_CUSTOMERS = (
    """
    INSERT INTO customer_totals (workspace_id, connected, customers, ports, virtual_circuits, cloud_connections)
    SELECT parent_workspace_id, connected, count(*), sum(ports), sum(virtual_circuits), sum(cloud_connections)
    FROM customer_overview WHERE parent_workspace_id = $1 GROUP BY 1, 2
    """,
    """
    INSERT INTO customer_revenue (workspace_id, connected, currency, customers, minor)
    SELECT parent_workspace_id, connected, 'EUR', count(*), sum((mrr->0->>'amount_minor')::bigint)
    FROM customer_overview WHERE parent_workspace_id = $1 AND has_mrr GROUP BY 1, 2
    """,
)
TOTALS_OF_INVOICES = (
    """
    INSERT INTO open_amounts (bill_group_id, due_on, workspace_id, minor)
    SELECT bill_group_id, due_on, workspace_id, sum(total_minor - paid_minor) FROM invoices
    WHERE workspace_id = $1 GROUP BY 1, 2, 3
    """,
    """
    INSERT INTO spend (workspace_id, month, bill_group_id, service_kind, currency, minor)
    SELECT i.workspace_id, date_trunc('month', i.issued_on), i.bill_group_id, l.service_kind, i.currency,
           sum(l.net_minor + l.tax_minor)
    FROM invoices i JOIN invoice_lines l ON l.invoice_id = i.id WHERE i.workspace_id = $1 GROUP BY 1, 2, 3, 4, 5
    """,
    """
    INSERT INTO owed_invoices (invoice_id, workspace_id, parent_workspace_id, currency, outstanding_minor, due_on)
    SELECT i.id, i.workspace_id, w.parent_workspace_id, i.currency, i.total_minor - i.paid_minor, i.due_on
    FROM invoices i LEFT JOIN workspace_copies w ON w.id = i.workspace_id
    WHERE i.workspace_id = $1 AND i.status IN ('open', 'partially_paid')
    """,
)

# As triggers keep them, of a workspace.
WORDS_OF_PEOPLE = (
    """
    INSERT INTO grant_words (grant_id, word, shared, workspace_id)
    SELECT g.id, word, shared, g.workspace_id
    FROM grants g JOIN users u ON u.id = g.user_id, words_of(g.person_name, u.address)
    WHERE g.workspace_id = $1 AND g.source = 'membership' ON CONFLICT DO NOTHING
    """,
    """
    INSERT INTO contact_words (contact_id, word, shared, workspace_id)
    SELECT id, word, shared, workspace_id FROM contacts, words_of(display_name, address) WHERE workspace_id = $1
    """,
    """
    INSERT INTO invitation_words (invitation_id, word, shared, workspace_id)
    SELECT id, word, shared, workspace_id FROM invitations, words_of(display_name, address) WHERE workspace_id = $1
    """,
)
WORDS_OF_LOCATIONS = """
INSERT INTO location_words (location_id, word, shared, workspace_id, bill_group_id)
SELECT location_id, word, shared, workspace_id, bill_group_id FROM locations, words_of(display_name, street, city)
WHERE workspace_id = $1
"""
WORDS_OF_SERVICES = """
INSERT INTO service_words (service_id, word, shared, workspace_id, bill_group_id, location_id)
SELECT id, word, shared, workspace_id, bill_group_id, location_id FROM services, words_of(display_name)
WHERE workspace_id = $1
"""


@dataclass(frozen=True)
class Customer:
    """A customer with ``size`` rows of everything."""

    size: int
    admin: Person

    def id(self, kind: str, n: int = 1) -> UUID:
        return UUID(md5(f"{self.admin.workspace.id}/{kind}/{n}".encode(), usedforsecurity=False).hexdigest())

    def sql(self, kind: str, n: str = "n") -> str:
        """The same as an SQL expression."""
        return f"md5('{self.admin.workspace.id}/{kind}/' || {n})::uuid"

    @property
    def mine(self) -> Columns:
        return {"workspace_id": f"'{self.admin.workspace.id}'::uuid"}


async def fill_all(
    installed: BenchInstallation, service: str, filling: Filling, also: Iterable[tuple[str, UUID]] = (),
    *, alone: bool = False,
) -> None:  # fmt: skip
    """Fill these tables of a service, run the statements of ``also``, each for a workspace, and tell the planner.
    ``alone`` means that nobody else uses the database meanwhile."""
    async with installed.database(service) as database:
        await database.execute("SET session_replication_role = replica")  # no foreign keys, no triggers
        await database.execute("SET synchronous_commit = off")
        async with without_indexes(database, {table for table, _, _ in filling if alone}):
            for table, count, columns in filling:
                await fill(database, table, count, columns)
        for statement, workspace_id in also:
            await database.execute(statement, workspace_id, timeout=300)
        await database.execute("VACUUM ANALYZE", timeout=300)


@asynccontextmanager
async def without_indexes(database: Connection, tables: Iterable[str]) -> AsyncIterator[None]:
    """Many rows are much faster when these tables' indexes are made afterwards. Those of constraints stay."""
    found = await database.fetch(_INDEXES, [*tables])
    for index in found:
        await database.execute(f"DROP INDEX {index['name']}")
    yield
    for index in found:
        await database.execute(index["definition"], timeout=600)


async def fill(database: Connection, table: str, count: int, columns: Columns) -> None:
    required = {row["name"]: row["type"] for row in await database.fetch(_REQUIRED, table)}
    values = {name: _ALLOWED.get(name, _VALUES[kind]) for name, kind in required.items()} | columns
    names, expressions = ", ".join(values), ", ".join(values.values())
    statement = f"INSERT INTO {table} ({names}) SELECT {expressions} FROM generate_series(1, $1::integer) AS n"  # noqa: S608
    await database.execute(statement, count, timeout=600)


def quoted(value: object) -> str:
    """An SQL literal."""
    return "'" + str(value).replace("'", "''") + "'"
