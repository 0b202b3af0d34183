"""Catalogue, copies of plans and bill groups, orders, services, operations, counts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "provisioning_0001"
down_revision = None
branch_labels = ("provisioning",)
depends_on = "plumbing_0001"

INSTANT = sa.DateTime(timezone=True)
LIVE = "state IN ('queued', 'running')"


def upgrade() -> None:
    _create_catalogue()
    _create_orders()
    _create_services()
    _create_operations()


def _create_catalogue() -> None:
    op.create_table(
        "products",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("display_name", sa.String, nullable=False),
        sa.Column("description", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("connection", sa.String),
        sa.Column("is_also_port", sa.Boolean, nullable=False),
        sa.Column("configuration_schema", JSONB, nullable=False),
        sa.Column("driver", sa.String, nullable=False),
        sa.Column("driver_options", JSONB, nullable=False),
        sa.Column("billing_delay_days", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("published_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_products"),
        sa.UniqueConstraint("key", name="uq_products_key"),
    )
    op.create_table(
        "plan_versions",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("plan_id", sa.Uuid, nullable=False),
        sa.Column("product_id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_plan_versions"),
    )
    op.create_index("ix_plan_versions_plan_id", "plan_versions", ["plan_id"])
    op.create_table(
        "bill_groups",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("workspace_id", sa.Uuid, nullable=False),
        sa.Column("is_default", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_bill_groups"),
    )
    op.create_index("ix_bill_groups_workspace_id", "bill_groups", ["workspace_id"])


def _create_orders() -> None:
    op.create_table(
        "orders",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("serial", sa.BigInteger, sa.Identity(always=True, start=100_001), nullable=False),
        sa.Column("number", sa.String, sa.Computed("'ORD-' || serial", persisted=True), nullable=False),
        sa.Column("workspace_id", sa.Uuid, nullable=False),
        sa.Column("bill_group_id", sa.Uuid),
        sa.Column("product_id", sa.Uuid, nullable=False),
        sa.Column("plan_version_id", sa.Uuid, nullable=False),
        sa.Column("display_name", sa.String, nullable=False),
        sa.Column("configuration", JSONB, nullable=False),
        sa.Column("quantity", sa.Integer, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("failure", sa.String),
        sa.Column("placed_at", INSTANT, nullable=False),
        sa.Column("placed_by", sa.Uuid),
        sa.Column("placed_by_address", sa.String),
        sa.Column("placed_via", sa.String, nullable=False),
        sa.Column("parent_workspace_id", sa.Uuid),
        sa.Column("correlation_id", sa.Uuid, nullable=False),
        sa.Column("placed_event_id", sa.Uuid),
        sa.PrimaryKeyConstraint("id", name="pk_orders"),
        sa.UniqueConstraint("serial", name="uq_orders_serial"),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name="fk_orders_product_id"),
        sa.CheckConstraint("quantity > 0", name="some_quantity"),
    )
    op.create_index("ix_orders_newest", "orders", ["workspace_id", "placed_at", "id"])


def _create_services() -> None:
    op.create_table(
        "services",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("workspace_id", sa.Uuid, nullable=False),
        sa.Column("bill_group_id", sa.Uuid),
        sa.Column("order_id", sa.Uuid, nullable=False),
        sa.Column("product_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("display_name", sa.String, nullable=False),
        sa.Column("configuration", JSONB, nullable=False),
        sa.Column("quantity", sa.Integer, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("requested_at", INSTANT, nullable=False),
        sa.Column("provisioned_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_services"),
        sa.UniqueConstraint("order_id", name="uq_services_order_id"),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name="fk_services_order_id"),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name="fk_services_product_id"),
    )
    op.create_index("ix_services_newest", "services", ["workspace_id", "requested_at", "id"])
    op.create_table(
        "service_counts",
        sa.Column("workspace_id", sa.Uuid, nullable=False),
        sa.Column("ports", sa.Integer, nullable=False),
        sa.Column("virtual_circuits", sa.Integer, nullable=False),
        sa.Column("cloud_connections", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", name="pk_service_counts"),
    )


def _create_operations() -> None:
    op.create_table(
        "operations",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("workspace_id", sa.Uuid, nullable=False),
        sa.Column("order_id", sa.Uuid, nullable=False),
        sa.Column("service_id", sa.Uuid, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("step", sa.Integer, nullable=False),
        sa.Column("steps", sa.Integer, nullable=False),
        sa.Column("message", sa.String, nullable=False),
        sa.Column("unanswered", sa.Integer, nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("lease_id", sa.Uuid),
        sa.Column("leased_until", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_operations"),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name="fk_operations_order_id"),
        sa.ForeignKeyConstraint(["service_id"], ["services.id"], name="fk_operations_service_id"),
        sa.CheckConstraint("(lease_id IS NULL) = (leased_until IS NULL)", name="whole_lease"),
        sa.CheckConstraint(f"{LIVE} OR lease_id IS NULL", name="finished_has_no_lease"),
        sa.CheckConstraint("step BETWEEN 1 AND steps", name="step_of_steps"),
    )
    live = sa.text(LIVE)
    op.create_index("uq_operations_one_at_a_time", "operations", ["service_id"], unique=True, postgresql_where=live)
    op.create_index("ix_operations_due", "operations", ["due_at"], postgresql_where=live)
    op.create_index("ix_operations_order_id", "operations", ["order_id", "started_at"])
    op.create_table(
        "operation_steps",
        sa.Column("operation_id", sa.Uuid, nullable=False),
        sa.Column("n", sa.Integer, nullable=False),
        sa.Column("workspace_id", sa.Uuid, nullable=False),
        sa.Column("title", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("detail", sa.String, nullable=False),
        sa.Column("at", INSTANT),
        sa.PrimaryKeyConstraint("operation_id", "n", name="pk_operation_steps"),
        sa.ForeignKeyConstraint(["operation_id"], ["operations.id"], name="fk_operation_steps_operation_id"),
    )
    op.create_table(
        "simulated_steps",
        sa.Column("key", sa.String, nullable=False),
        sa.Column("n", sa.Integer, nullable=False),
        sa.Column("calls", sa.Integer, nullable=False),
        sa.Column("refusals", sa.Integer, nullable=False),
        sa.Column("started_at", INSTANT),
        sa.Column("finished_at", INSTANT),
        sa.PrimaryKeyConstraint("key", "n", name="pk_simulated_steps"),
    )


def downgrade() -> None:
    for table in (
        "simulated_steps", "operation_steps", "operations", "service_counts", "services", "orders",
        "bill_groups", "plan_versions", "products",
    ):  # fmt: skip
        op.drop_table(table)
