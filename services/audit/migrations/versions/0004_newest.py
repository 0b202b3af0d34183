"""The index of the list without filters serves no other one: reading all entries for those of an action took as long as
there were entries."""

from alembic import op

revision = "audit_0004"
down_revision = "audit_0003"
branch_labels = None
depends_on = None

COLUMNS = "entries (workspace_id, at, position)"


def upgrade() -> None:
    op.execute(f"CREATE INDEX ix_entries_newest ON {COLUMNS} WHERE at > '-infinity'")
    op.drop_index("ix_entries_workspace_id_at_position")


def downgrade() -> None:
    op.execute(f"CREATE INDEX ix_entries_workspace_id_at_position ON {COLUMNS}")
    op.drop_index("ix_entries_newest")
