"""Privileges and row security of a service's tables, as the tables declare them (`shared.tables.Rows`).

They are not migrations: they are the same for every history of a schema. `portico migrate` applies them after each
upgrade, and whenever they were declared anew. Until then a new table is closed to both roles.
"""

import hashlib
import importlib.util
from collections.abc import Iterator

from sqlalchemy import Connection, MetaData, Table, text

from deploy.environment import ROOT
from shared.tables import COVERED, PERSON, WITHIN, WORKSPACE, Kind, Rows, plumbing

EVERYWHERE = f"(SELECT {WITHIN} = '*')"
LIMITED = f"(SELECT coalesce({WITHIN}, '') NOT IN ('', '*'))"
NAMED = "(SELECT string_to_array(nullif(current_setting('portico.workspaces', true), ''), ',')::uuid[])"
"""The workspaces that a worker writes many rows of. Null without any, which no row matches."""
IN_TENANT = {
    Kind.workspace: f"workspace_id = {WORKSPACE}",
    Kind.parent_readable: f"{WORKSPACE} IN (workspace_id, parent_workspace_id)",
    Kind.person: f"user_id = {PERSON}",
}
APPLIED = "SELECT obj_description('alembic_version'::regclass)"
PLUMBING = ("copies", "outbox", "idempotency", "exports.models", "messaging.inbox", "messaging.workers")


def tables_of(service: str) -> list[Table]:
    """Every table of a service's database, by name."""
    for module in PLUMBING:
        importlib.import_module(f"shared.{module}")
    if importlib.util.find_spec(f"services.{service}") is None:
        return sorted(plumbing.tables.values(), key=lambda table: table.name)
    for models in sorted((ROOT / "services" / service).glob("*/models.py")):
        importlib.import_module(f"services.{service}.{models.parent.name}.models")
    own: MetaData = importlib.import_module(f"services.{service}.db").Base.metadata
    return sorted([*own.tables.values(), *plumbing.tables.values()], key=lambda table: table.name)


def declared(table: Table) -> Rows:
    """Whose rows a table has."""
    found: Rows = table.info["rows"]
    return found


def apply_rights(connection: Connection, service: str, *, anew: bool) -> None:
    """Apply what the tables declare, if it has changed or ``anew``, in the caller's transaction."""
    statements = [statement for table in tables_of(service) for statement in rights(service, table)]
    statements.append(f"GRANT SELECT ON alembic_version TO portico_{service}_worker")  # for `portico doctor`
    digest = hashlib.sha256("\n".join(statements).encode()).hexdigest()
    if not anew and connection.scalar(text(APPLIED)) == digest:
        return
    drop_policies(connection)
    for statement in statements:
        connection.exec_driver_sql(statement)
    connection.exec_driver_sql(f"COMMENT ON TABLE alembic_version IS '{digest}'")


def drop_policies(connection: Connection) -> None:
    """Close all tables of tenants to both roles."""
    for table, policy in connection.execute(text("SELECT tablename, policyname FROM pg_policies")).all():
        connection.exec_driver_sql(f"DROP POLICY {policy} ON {table}")


def rights(service: str, table: Table) -> Iterator[str]:
    """The statements for one table."""
    declares = declared(table)
    roles = {f"portico_{service}_api": declares.api, f"portico_{service}_worker": declares.worker}
    yield f"REVOKE ALL ON {table.name} FROM {', '.join(roles)}"
    for role, privileges in roles.items():
        if privileges:
            yield f"GRANT {', '.join(privileges.split()).upper()} ON {table.name} TO {role}"
    if declares.kind in IN_TENANT:
        yield f"ALTER TABLE {table.name} ENABLE ROW LEVEL SECURITY"
        yield f"ALTER TABLE {table.name} FORCE ROW LEVEL SECURITY"
        api, worker = roles
        for name, command, using in _policies(table, declares):
            yield f"CREATE POLICY {name} ON {table.name} FOR {command} TO {api} USING ({using})"
        written = "true" if declares.worker_writes_across else IN_TENANT[declares.kind]
        if declares.worker_writes_many:
            written = f"{written} OR workspace_id = ANY ({NAMED}::uuid[])"
        yield f"CREATE POLICY worker_scope ON {table.name} TO {worker} USING (true) WITH CHECK ({written})"
        if declares.owner:
            owner = f"portico_{service}_owner"
            yield f"CREATE POLICY owner_scope ON {table.name} FOR {declares.owner} TO {owner} USING (true)"


def _policies(table: Table, declares: Rows) -> Iterator[tuple[str, str, str]]:
    """The policies of the API role: name, command and condition. Several conditions for one command add up."""
    tenant = IN_TENANT[declares.kind]
    columns = [name for name in ("bill_group_id", "location_id") if name in table.c]
    narrowed = " OR ".join([EVERYWHERE, *(f"{column} = ANY ({COVERED})" for column in columns)])
    yield "api_scope", "ALL", tenant if declares.kind == Kind.person else f"{tenant} AND ({narrowed})"
    if declares.within:
        command = "ALL" if declares.within_writes else "SELECT"
        yield "api_within", command, f"{IN_TENANT[Kind.workspace]} AND {LIMITED} AND ({declares.within})"
    for name, condition in declares.also_reads.items():
        yield f"api_{name}", "SELECT", condition
