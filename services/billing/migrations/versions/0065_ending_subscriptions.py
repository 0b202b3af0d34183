"""What ends soon in a workspace is read in the order of an index."""

from alembic import op

revision = "billing_0065"
down_revision = "billing_0061"
branch_labels = None
depends_on = None

INDEX = """
CREATE INDEX ix_subscriptions_ending ON subscriptions (workspace_id, coalesce(ends_on, term_ends_on), id)
WHERE clock IN ('started', 'paused') AND coalesce(ends_on, term_ends_on) IS NOT NULL
"""


def upgrade() -> None:
    op.execute(INDEX)


def downgrade() -> None:
    op.execute("DROP INDEX ix_subscriptions_ending")
