"""What the overview counts of customers is read from indexes alone: invitations by when they expire, and who is inactive."""

from alembic import op

revision = "identity_0040"
down_revision = "identity_0039"
branch_labels = None
depends_on = None

INVITED = """
CREATE INDEX ix_customer_overview_invited ON customer_overview (parent_workspace_id, invitation_expires_at)
    WHERE kind = 'customer' AND invited_at IS NOT NULL
"""

INACTIVE = """
CREATE INDEX ix_customer_overview_inactive ON customer_overview
    (parent_workspace_id, connected, greatest(last_activity_at, last_order_at, '-infinity'::timestamptz)) {}
    WHERE kind = 'customer' AND NOT has_mrr
"""
DROP_INACTIVE = "DROP INDEX ix_customer_overview_inactive"


def upgrade() -> None:
    op.execute(INVITED)
    op.execute(DROP_INACTIVE)
    op.execute(INACTIVE.format("INCLUDE (workspace_id, last_activity_at, last_order_at)"))


def downgrade() -> None:
    op.execute(DROP_INACTIVE)
    op.execute(INACTIVE.format(""))
    op.execute("DROP INDEX ix_customer_overview_invited")
