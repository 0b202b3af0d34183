"""Each filter of the log has an index that serves its order, too."""

from alembic import op

revision = "audit_0003"
down_revision = "audit_0002"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_entries_action": "entries (workspace_id, action, at, position)",
    "ix_entries_actor": "entries (workspace_id, actor_id, at, position) WHERE position > 0",
    "ix_entries_actor_action": "entries (workspace_id, actor_id, action, at, position)",
    "ix_entries_own": "entries (workspace_id, actor_id, at, position) WHERE via <> 'system'",
}


def upgrade() -> None:
    for name, columns in INDEXES.items():
        op.execute(f"CREATE INDEX {name} ON {columns}")


def downgrade() -> None:
    for name in INDEXES:
        op.drop_index(name)
