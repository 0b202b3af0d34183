"""Copies say in which language a workspace is written to."""

from alembic import op

revision = "plumbing_0005"
down_revision = "plumbing_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE workspace_copies ADD COLUMN locale text DEFAULT 'en-US' NOT NULL")


def downgrade() -> None:
    op.execute("ALTER TABLE workspace_copies DROP COLUMN locale")
