"""Indexes of a bill group's refunds and of a workspace's payment methods, which pages list."""

from alembic import op

revision = "billing_0016"
down_revision = "billing_0015"
branch_labels = None
depends_on = None

SHOWN = "state IN ('pending_verification', 'active', 'expired')"


def upgrade() -> None:
    op.execute("CREATE INDEX ix_refunds_page ON refunds (bill_group_id, requested_at, id)")
    op.execute(f"CREATE INDEX ix_payment_methods_shown ON payment_methods (workspace_id) WHERE {SHOWN}")


def downgrade() -> None:
    op.execute("DROP INDEX ix_payment_methods_shown")
    op.execute("DROP INDEX ix_refunds_page")
