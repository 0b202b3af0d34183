"""The failed orders of all workspaces, for the provider's staff."""

import sqlalchemy as sa
from alembic import op

revision = "provisioning_0002"
down_revision = "provisioning_0001"
branch_labels = None
depends_on = None

FAILED_BEFORE = """
INSERT INTO failed_orders
SELECT o.id, o.workspace_id, o.number, o.product_id, o.display_name, work.step, work.steps, work.message,
       coalesce(failed.at, o.placed_at), o.placed_by_address, o.placed_via
  FROM orders o
  JOIN LATERAL (SELECT id, step, steps, message FROM operations
                 WHERE order_id = o.id ORDER BY started_at DESC LIMIT 1) work ON true
  LEFT JOIN operation_steps failed ON failed.operation_id = work.id AND failed.n = work.step
 WHERE o.state = 'failed'
"""
READ_FOR_THAT = ("orders", "operations", "operation_steps")


def upgrade() -> None:
    op.create_table(
        "failed_orders",
        sa.Column("order_id", sa.Uuid, nullable=False),
        sa.Column("workspace_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.String, nullable=False),
        sa.Column("product_id", sa.Uuid, nullable=False),
        sa.Column("display_name", sa.String, nullable=False),
        sa.Column("step", sa.Integer, nullable=False),
        sa.Column("steps", sa.Integer, nullable=False),
        sa.Column("failure", sa.String, nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("placed_by_address", sa.String),
        sa.Column("placed_via", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("order_id", name="pk_failed_orders"),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name="fk_failed_orders_order_id"),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name="fk_failed_orders_product_id"),
    )
    op.create_index("ix_failed_orders_newest", "failed_orders", ["failed_at", "order_id"])
    _fill()


def _fill() -> None:
    """FORCE applies row security to the owner too. It is lifted for the owner alone, within this transaction."""
    for table in READ_FOR_THAT:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute(FAILED_BEFORE)
    for table in READ_FOR_THAT:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def downgrade() -> None:
    op.drop_table("failed_orders")
