"""Each filter of a list has an index that serves its order, too."""

from alembic import op

revision = "billing_0003"
down_revision = "billing_0002"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_plans_page": "plans (display_name, id)",
    "ix_invoices_status": "invoices (workspace_id, status, issued_on, number)",
    "ix_invoices_due": "invoices (workspace_id, due_on, number) WHERE status = 'open'",
    "ix_invoices_group": "invoices (workspace_id, bill_group_id, issued_on, number)",
    "ix_invoices_group_status": "invoices (workspace_id, bill_group_id, status, issued_on, number)",
    "ix_invoices_group_due": "invoices (workspace_id, bill_group_id, due_on, number) WHERE status = 'open'",
    "ix_subscriptions_group": "subscriptions (workspace_id, bill_group_id, ordered_at, id)",
    "ix_subscriptions_pending": "subscriptions (bill_group_id, billing_starts_at) WHERE clock = 'pending'",
}


def upgrade() -> None:
    for name, columns in INDEXES.items():
        op.execute(f"CREATE INDEX {name} ON {columns}")
    op.drop_index("ix_invoices_open", "invoices")


def downgrade() -> None:
    op.execute("CREATE INDEX ix_invoices_open ON invoices (workspace_id, bill_group_id) WHERE status = 'open'")
    for name in INDEXES:
        op.drop_index(name)
