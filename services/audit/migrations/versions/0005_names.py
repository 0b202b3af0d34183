"""Names of objects and people, from where sessions were opened, and the history of an object.

Entries from before are told with what their own details name.
"""

from alembic import op

revision = "audit_0005"
down_revision = "audit_0004"
branch_labels = None
depends_on = None

NAMES = """
CREATE TABLE names (
    workspace_id uuid NOT NULL,
    object_id uuid NOT NULL,
    label varchar NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT pk_names PRIMARY KEY (workspace_id, object_id)
)
"""
SESSIONS = """
CREATE TABLE sessions (
    id uuid CONSTRAINT pk_sessions PRIMARY KEY,
    person_id uuid NOT NULL,
    place_sealed bytea NOT NULL
)
"""
PEOPLE = "ALTER TABLE person_keys ADD COLUMN name_sealed bytea, ADD COLUMN named_at timestamptz"
INDEXES = {
    "ix_entries_subject": "entries (workspace_id, subject_id, at, position)",
    "ix_entries_behalf": "entries (workspace_id, at, position) WHERE via = 'on_behalf'",
    "ix_entries_behalf_action": "entries (workspace_id, action, at, position) WHERE via = 'on_behalf'",
    "ix_entries_behalf_actor": "entries (workspace_id, actor_id, at, position) WHERE via = 'on_behalf'",
    "ix_entries_behalf_actor_action": "entries (workspace_id, actor_id, action, at, position) WHERE via = 'on_behalf'",
}


def upgrade() -> None:
    for statement in (NAMES, SESSIONS, PEOPLE):
        op.execute(statement)
    for name, columns in INDEXES.items():
        op.execute(f"CREATE INDEX {name} ON {columns}")


def downgrade() -> None:
    for name in INDEXES:
        op.drop_index(name)
    op.execute("ALTER TABLE person_keys DROP COLUMN name_sealed, DROP COLUMN named_at")
    for table in ("sessions", "names"):
        op.drop_table(table)
