"""All payments of a workspace, the newest first."""

from alembic import op

revision = "billing_0089"
down_revision = "billing_0074"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE INDEX ix_payments_newest ON payments (workspace_id, begun_at, id)")


def downgrade() -> None:
    op.execute("DROP INDEX ix_payments_newest")
