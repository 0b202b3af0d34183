"""Bill groups that owe something for so long that their services are suspended."""

from alembic import op

revision = "billing_0022"
down_revision = "billing_0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE bill_groups ADD COLUMN past_due_on date")
    op.execute("CREATE INDEX ix_bill_groups_past_due ON bill_groups (bill_group_id) WHERE past_due_on IS NOT NULL")
    op.execute(
        "CREATE INDEX ix_invoices_past_due ON invoices (due_on, bill_group_id)"
        " WHERE status IN ('open', 'partially_paid')"
    )


def downgrade() -> None:
    op.execute("DROP INDEX ix_invoices_past_due")
    op.execute("ALTER TABLE bill_groups DROP COLUMN past_due_on")
