"""Copies say who holds an account, and whether that matters there."""

from alembic import op

revision = "plumbing_0004"
down_revision = "plumbing_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE access_grants ADD COLUMN holder text")
    op.execute("ALTER TABLE workspace_copies ADD COLUMN holder_control boolean DEFAULT 'false' NOT NULL")


def downgrade() -> None:
    op.execute("ALTER TABLE access_grants DROP COLUMN holder")
    op.execute("ALTER TABLE workspace_copies DROP COLUMN holder_control")
