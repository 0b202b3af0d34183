"""What belongs to one request, one's own deeds of an object, and the names that are in entries from before names were
learned: a job learns them."""

from alembic import op

revision = "audit_0006"
down_revision = "audit_0005"
branch_labels = None
depends_on = None

OLD_ENTRIES = """
CREATE TABLE old_entries (
    id smallint DEFAULT 1 NOT NULL,
    until bigint NOT NULL,
    learned bigint DEFAULT 0 NOT NULL,
    CONSTRAINT pk_old_entries PRIMARY KEY (id)
)
"""
THOSE_OF_NOW = "INSERT INTO old_entries (until) SELECT coalesce(max(position), 0) FROM entries"
INDEXES = {
    "ix_entries_correlation": "entries (workspace_id, correlation_id, at, position)",
    "ix_entries_own_subject": "entries (workspace_id, actor_id, subject_id, at, position)"
    " WHERE via IS DISTINCT FROM 'system' AND position > -1",
}


def upgrade() -> None:
    for statement in (OLD_ENTRIES, THOSE_OF_NOW):
        op.execute(statement)
    for name, columns in INDEXES.items():
        op.execute(f"CREATE INDEX {name} ON {columns}")


def downgrade() -> None:
    for name in INDEXES:
        op.drop_index(name)
    op.drop_table("old_entries")
