"""Subscriptions and lines say the name that people gave the service, and what it is; lines say their share of a price,
and an invoice keeps what its document says."""

from alembic import op

revision = "billing_0006"
down_revision = "billing_0005"
branch_labels = None
depends_on = None

NAMES = """
CREATE TABLE service_names (
    service_id uuid CONSTRAINT pk_service_names PRIMARY KEY,
    workspace_id uuid NOT NULL,
    display_name text NOT NULL,
    version bigint NOT NULL
)
"""
SHARE = ("interval_months", "days", "whole_days")


def upgrade() -> None:
    op.execute(NAMES)
    # Defaults, since the version that still serves does not know the columns. Lines that are there keep saying nothing
    # more than they were issued with.
    for table in ("subscriptions", "invoice_lines"):
        op.execute(f"ALTER TABLE {table} ADD COLUMN product_name text NOT NULL DEFAULT ''")
    for name in SHARE:
        op.execute(f"ALTER TABLE invoice_lines ADD COLUMN {name} integer")
    op.execute("ALTER TABLE invoices ADD COLUMN document jsonb")
    # FORCE applies row security to the owner too. It is lifted for the owner alone, within this transaction.
    op.execute("ALTER TABLE subscriptions NO FORCE ROW LEVEL SECURITY")
    op.execute("UPDATE subscriptions SET product_name = description")
    op.execute("ALTER TABLE subscriptions FORCE ROW LEVEL SECURITY")


def downgrade() -> None:
    op.execute("ALTER TABLE invoices DROP COLUMN document")
    for name in SHARE:
        op.execute(f"ALTER TABLE invoice_lines DROP COLUMN {name}")
    for table in ("subscriptions", "invoice_lines"):
        op.execute(f"ALTER TABLE {table} DROP COLUMN product_name")
    op.execute("DROP TABLE service_names")
