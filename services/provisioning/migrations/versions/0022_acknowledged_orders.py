"""Orders that the provider acknowledges before they are provisioned, and orders that renew a subscription."""

from alembic import op

revision = "provisioning_0022"
down_revision = "provisioning_0021"
branch_labels = None
depends_on = None

RULES = {
    "refused_with_a_reason": "(state IN ('refused', 'returned')) = (reason IS NOT NULL)",
    "submitted": "state NOT IN ('awaiting_acknowledgement', 'returned') OR submitted_at IS NOT NULL",
    "answered": "(state <> 'awaiting_acknowledgement' OR answered_at IS NULL)"
    " AND (state <> 'returned' OR answered_at IS NOT NULL)",
    "months": "months IS NULL OR kind = 'renew' AND months BETWEEN 1 AND 60",
    "term_ends_on": "term_ends_on IS NULL OR kind = 'renew'",
}
COLUMNS = (
    "submitted_at timestamptz",
    "answered_at timestamptz",
    "months integer",
    "term_ends_on date",
    "brought_plan_version_ids uuid[] NOT NULL DEFAULT '{}'",
)
FORMER_REASON = "(state = 'refused') = (reason IS NOT NULL)"


def upgrade() -> None:
    op.execute("ALTER TABLE products ADD COLUMN needs_acknowledgement boolean NOT NULL DEFAULT false")
    for column in COLUMNS:
        op.execute(f"ALTER TABLE orders ADD COLUMN {column}")
    op.execute("ALTER TABLE orders DROP CONSTRAINT ck_orders_refused_with_a_reason")
    for name, rule in RULES.items():
        op.execute(f"ALTER TABLE orders ADD CONSTRAINT ck_orders_{name} CHECK ({rule})")
    op.execute("CREATE INDEX ix_orders_submitted ON orders (workspace_id, submitted_at) WHERE submitted_at IS NOT NULL")


def downgrade() -> None:
    op.execute("DROP INDEX ix_orders_submitted")
    for name in RULES:
        op.execute(f"ALTER TABLE orders DROP CONSTRAINT ck_orders_{name}")
    op.execute(f"ALTER TABLE orders ADD CONSTRAINT ck_orders_refused_with_a_reason CHECK ({FORMER_REASON})")
    for column in COLUMNS:
        op.execute(f"ALTER TABLE orders DROP COLUMN {column.split()[0]}")
    op.execute("ALTER TABLE products DROP COLUMN needs_acknowledgement")
