"""One index for each order of the Customers page, for connected customers and others, without partners."""

from alembic import op

revision = "identity_0010"
down_revision = "identity_0009"
branch_labels = None
depends_on = None

# Row security keeps a condition with the function lower() from being looked up in an index, and one with coalesce(), but
# neither a column nor greatest().
COLUMNS = """
ALTER TABLE customer_overview
    ADD COLUMN connected boolean NOT NULL GENERATED ALWAYS AS (status = 'connected') STORED,
    ADD COLUMN sort_name text NOT NULL GENERATED ALWAYS AS (lower(display_name)) STORED
"""
ORDERS = {
    "name": ("sort_name", "lower(display_name)"),
    "mrr": ("mrr_sort_minor",),
    "ports": ("ports",),
    "virtual_circuits": ("virtual_circuits",),
    "cloud_connections": ("cloud_connections",),
    "last_activity": (
        "greatest(last_activity_at, '-infinity'::timestamptz)",
        "coalesce(last_activity_at, '-infinity'::timestamptz)",
    ),
    "last_order": (
        "greatest(last_order_at, '-infinity'::timestamptz)",
        "coalesce(last_order_at, '-infinity'::timestamptz)",
    ),
}
BY_NAME = "(parent_workspace_id, lower(display_name), workspace_id)"
LAST_SIGN = "greatest(last_activity_at, last_order_at, '-infinity'::timestamptz)"


def upgrade() -> None:
    op.execute(COLUMNS)
    for name, keys in ORDERS.items():
        on = f"(parent_workspace_id, connected, {keys[0]}, workspace_id) WHERE kind = 'customer'"
        _replace(f"ix_customer_overview_by_{name}", on)
    _replace("ix_customer_overview_partners", "(parent_workspace_id, sort_name, workspace_id) WHERE kind = 'partner'")
    op.execute("DROP INDEX ix_customer_overview_not_connected")
    op.execute(
        f"CREATE INDEX ix_customer_overview_inactive ON customer_overview (parent_workspace_id, connected, {LAST_SIGN})"
        " WHERE kind = 'customer' AND NOT has_mrr"
    )


def _replace(index: str, on: str) -> None:
    op.execute(f"DROP INDEX {index}")
    op.execute(f"CREATE INDEX {index} ON customer_overview {on}")


def downgrade() -> None:
    op.execute("DROP INDEX ix_customer_overview_inactive")
    op.execute(
        f"CREATE INDEX ix_customer_overview_not_connected ON customer_overview {BY_NAME} WHERE status <> 'connected'"
    )
    _replace("ix_customer_overview_partners", f"{BY_NAME} WHERE kind = 'partner'")
    for name, keys in ORDERS.items():
        on = f"(parent_workspace_id, {keys[-1]}, workspace_id) WHERE status = 'connected'"
        _replace(f"ix_customer_overview_by_{name}", on)
    op.execute("ALTER TABLE customer_overview DROP COLUMN connected, DROP COLUMN sort_name")
