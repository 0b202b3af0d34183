"""Copies say when the account of a workspace is closed."""

from alembic import op

revision = "plumbing_0090"
down_revision = "plumbing_0089"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "ALTER TABLE workspace_copies ADD COLUMN closes_at timestamptz,"
        " ADD COLUMN closed boolean DEFAULT 'false' NOT NULL"
    )
    op.execute("CREATE INDEX ix_workspace_copies_closed ON workspace_copies (id) WHERE closed")


def downgrade() -> None:
    op.execute("ALTER TABLE workspace_copies DROP COLUMN closes_at, DROP COLUMN closed")
