"""An index for each filter of the lists of services and orders, and for their visitors of bill groups."""

from alembic import op

revision = "provisioning_0004"
down_revision = "provisioning_0003"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_services_newest_of_kind": ("services", "workspace_id", "kind", "requested_at", "id"),
    "ix_services_newest_of_group": ("services", "workspace_id", "bill_group_id", "requested_at", "id"),
    "ix_services_newest_of_group_and_kind": ("services", "workspace_id", "bill_group_id", "kind", "requested_at", "id"),
    "ix_orders_newest_of_group": ("orders", "workspace_id", "bill_group_id", "placed_at", "id"),
}


def upgrade() -> None:
    for name, (table, *columns) in INDEXES.items():
        op.create_index(name, table, columns)


def downgrade() -> None:
    for name, (table, *_) in INDEXES.items():
        op.drop_index(name, table)
