"""Copies say when a workspace helps its customers, and on which site."""

from alembic import op

revision = "plumbing_0060"
down_revision = "plumbing_0018"
branch_labels = None
depends_on = None

COLUMNS = ("support_hours", "help_url")


def upgrade() -> None:
    op.execute("ALTER TABLE workspace_copies" + ",".join(f" ADD COLUMN {name} text" for name in COLUMNS))


def downgrade() -> None:
    op.execute("ALTER TABLE workspace_copies" + ",".join(f" DROP COLUMN {name}" for name in COLUMNS))
