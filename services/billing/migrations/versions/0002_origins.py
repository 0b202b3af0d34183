"""Subscriptions and payments know their origin: also the address and the door of who began it, cause and parent."""

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

# What followed was logged as the system's until now, and no address was kept: none is made up.
FILL = """
UPDATE {table} t
   SET begun_via = 'system',
       parent_workspace_id = (SELECT parent_workspace_id FROM workspace_copies w WHERE w.id = t.workspace_id)
"""


def upgrade() -> None:
    op.alter_column("subscriptions", "ordered_by", new_column_name="begun_by")
    op.alter_column("payments", "begun_by", nullable=True)
    for table in TABLES:
        for name, type_ in ADDED.items():
            op.add_column(table, sa.Column(name, type_))
        # Row security holds the owner too: it is lifted from the owner alone, and only inside this transaction.
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
