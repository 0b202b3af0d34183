"""Whether a workspace is suspended, in every service's copy."""

from alembic import op

revision = "plumbing_0018"
down_revision = "plumbing_0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE workspace_copies ADD COLUMN suspended boolean DEFAULT 'false' NOT NULL")


def downgrade() -> None:
    op.drop_column("workspace_copies", "suspended")
