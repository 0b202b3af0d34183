"""Subscriptions and payments store their origin; `billed_until` becomes `unbilled_from`, which is what it means."""

import sqlalchemy as sa
from alembic import op

revision = "billing_0002"
down_revision = "billing_0001"
branch_labels = None
depends_on = None

ADDED = {
    "begun_by_address": sa.Text,
    "begun_via": sa.Text,
    "causation_id": sa.Uuid,
    "parent_workspace_id": sa.Uuid,
    "traceparent": sa.Text,
}
TABLES = ("subscriptions", "payments")

# Until now such work was logged as the system's, and no address was stored.
FILL = """
UPDATE {table} t
   SET begun_via = 'system',
       parent_workspace_id = (SELECT parent_workspace_id FROM workspace_copies w WHERE w.id = t.workspace_id)
"""


def upgrade() -> None:
    op.alter_column("subscriptions", "ordered_by", new_column_name="begun_by")
    op.alter_column("payments", "begun_by", nullable=True)
    op.alter_column("subscriptions", "billed_until", new_column_name="unbilled_from")
    for table in TABLES:
        for name, type_ in ADDED.items():
            op.add_column(table, sa.Column(name, type_))
        # FORCE applies row security to the owner too. It is lifted for the owner alone, within this transaction.
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(FILL.format(table=table))
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.alter_column(table, "begun_via", nullable=False)


def downgrade() -> None:
    for table in TABLES:
        for name in ADDED:
            op.drop_column(table, name)
    op.alter_column("subscriptions", "begun_by", new_column_name="ordered_by")
    op.alter_column("payments", "begun_by", nullable=False)
    op.alter_column("subscriptions", "unbilled_from", new_column_name="billed_until")
