"""Orders that wait for an approval."""

from alembic import op

revision = "provisioning_0011"
down_revision = "provisioning_0010"
branch_labels = None
depends_on = None

COLUMNS = (
    "message varchar NOT NULL DEFAULT '' CONSTRAINT ck_orders_message CHECK (length(message) <= 300)",
    "decided_by uuid",
    "decided_by_address varchar",
    "decided_at timestamptz",
    "reason varchar CONSTRAINT ck_orders_reason CHECK (length(reason) <= 300)",
)
RULES = {
    "refused_with_a_reason": "(state = 'refused') = (reason IS NOT NULL)",
    "decided_by_somebody": "(decided_by IS NULL) = (decided_at IS NULL)",
    "undecided": "state <> 'awaiting_approval' OR decided_at IS NULL",
}


def upgrade() -> None:
    for column in COLUMNS:
        op.execute(f"ALTER TABLE orders ADD COLUMN {column}")
    for name, rule in RULES.items():
        op.execute(f"ALTER TABLE orders ADD CONSTRAINT ck_orders_{name} CHECK ({rule})")
    op.execute(
        "CREATE INDEX ix_orders_awaiting_of_person ON orders (workspace_id, begun_by) WHERE state = 'awaiting_approval'"
    )
    op.execute(
        "CREATE INDEX ix_orders_asked_of_person ON orders (workspace_id, begun_by, placed_at) WHERE"
        " (decided_at IS NOT NULL OR state IN ('awaiting_approval', 'refused', 'withdrawn'))"
    )


def downgrade() -> None:
    for index in ("awaiting", "asked"):
        op.execute(f"DROP INDEX ix_orders_{index}_of_person")
    for name in RULES:
        op.execute(f"ALTER TABLE orders DROP CONSTRAINT ck_orders_{name}")
    for column in COLUMNS:
        op.execute(f"ALTER TABLE orders DROP COLUMN {column.split()[0]}")
