"""What the provider's staff see of the orders and the failed work of all workspaces: copies with these fields alone.

Triggers keep them, because the version that still runs beside this migration does not write them.
"""

import sqlalchemy as sa
from alembic import op

revision = "provisioning_0018"
down_revision = "provisioning_0016"
branch_labels = None
depends_on = None

ALL_ORDERS = """
INSERT INTO all_orders (order_id, workspace_id, number, product_id, quantity, state, placed_at, placed_by_address,
                        placed_by_key, placed_via)
"""
ORDERED = """
SELECT {order}.id, {order}.workspace_id, {order}.number, {order}.product_id, {order}.quantity, {order}.state,
       {order}.placed_at, {order}.begun_by_address, lower({order}.begun_by_address), {order}.begun_via
"""
KEEP_ORDERS = f"""
CREATE FUNCTION keep_all_orders() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {ALL_ORDERS} {ORDERED.format(order="NEW")}
    ON CONFLICT (order_id) DO UPDATE SET state = excluded.state;
    RETURN NULL;
END $$
"""
FAILED_WORK = """
INSERT INTO failed_work (operation_id, workspace_id, service_id, display_name, verb, step, steps, failure, failure_code,
                         failure_values, failed_at, begun_by_address, begun_via)
"""
FAILED = """
SELECT {work}.id, {work}.workspace_id, s.id, s.display_name, {work}.verb, {work}.step, {work}.steps, {work}.message,
       {work}.message_code, {work}.message_values, coalesce({work}.ended_at, {work}.started_at),
       {work}.begun_by_address, {work}.begun_via
"""
KEEP_FAILED = f"""
CREATE FUNCTION keep_failed_work() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {FAILED_WORK} {FAILED.format(work="NEW")} FROM services s WHERE s.id = NEW.service_id
    ON CONFLICT (operation_id) DO NOTHING;
    RETURN NULL;
END $$
"""
RENAME_FAILED = """
CREATE FUNCTION rename_failed_work() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE failed_work SET display_name = NEW.display_name WHERE service_id = NEW.id;
    RETURN NULL;
END $$
"""
TRIGGERS = (
    "CREATE TRIGGER keep_all_orders AFTER INSERT OR UPDATE OF state ON orders"
    " FOR EACH ROW EXECUTE FUNCTION keep_all_orders()",
    "CREATE TRIGGER keep_failed_work AFTER INSERT OR UPDATE OF state ON operations"
    " FOR EACH ROW WHEN (NEW.state = 'failed' AND NEW.order_id IS NULL) EXECUTE FUNCTION keep_failed_work()",
    "CREATE TRIGGER rename_failed_work AFTER UPDATE OF display_name ON services"
    " FOR EACH ROW WHEN (NEW.display_name <> OLD.display_name) EXECUTE FUNCTION rename_failed_work()",
)
INDEXES = {
    "ix_all_orders_newest": "all_orders (placed_at, order_id)",
    "ix_all_orders_newest_of_state": "all_orders (state, placed_at, order_id)",
    "ix_all_orders_number": 'all_orders (number COLLATE "C")',
    "ix_all_orders_person": 'all_orders (placed_by_key COLLATE "C")',
    "ix_all_orders_customer": "all_orders (workspace_id, placed_at, order_id)",
    "ix_all_orders_product": "all_orders (product_id, placed_at, order_id)",
    "ix_failed_work_newest": "failed_work (failed_at, operation_id)",
    "ix_failed_work_newest_of_verb": "failed_work (verb, failed_at, operation_id)",
    "ix_failed_work_service_id": "failed_work (service_id)",
}
READ_FOR_THAT = ("orders", "operations", "services")


def upgrade() -> None:
    _create_all_orders()
    _create_failed_work()
    for statement in (KEEP_ORDERS, KEEP_FAILED, RENAME_FAILED, *TRIGGERS):
        op.execute(statement)
    # FORCE applies row security to the owner too. It is lifted for the owner alone, within this transaction.
    for table in READ_FOR_THAT:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute(f"{ALL_ORDERS} {ORDERED.format(order='o')} FROM orders o ON CONFLICT DO NOTHING")
    before = "FROM operations w JOIN services s ON s.id = w.service_id WHERE w.state = 'failed' AND w.order_id IS NULL"
    op.execute(f"{FAILED_WORK} {FAILED.format(work='w')} {before} ON CONFLICT DO NOTHING")
    for table in READ_FOR_THAT:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    for name, columns in INDEXES.items():
        op.execute(f"CREATE INDEX {name} ON {columns}")


def _create_all_orders() -> None:
    op.create_table(
        "all_orders",
        sa.Column("order_id", sa.Uuid, nullable=False),
        sa.Column("workspace_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.String, nullable=False),
        sa.Column("product_id", sa.Uuid, nullable=False),
        sa.Column("quantity", sa.Integer, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("placed_by_address", sa.String),
        sa.Column("placed_by_key", sa.String),
        sa.Column("placed_via", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("order_id", name="pk_all_orders"),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name="fk_all_orders_order_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name="fk_all_orders_product_id"),
    )


def _create_failed_work() -> None:
    service = sa.ForeignKeyConstraint(
        ["service_id"], ["services.id"], name="fk_failed_work_service_id", ondelete="CASCADE"
    )
    work = sa.ForeignKeyConstraint(
        ["operation_id"], ["operations.id"], name="fk_failed_work_operation_id", ondelete="CASCADE"
    )
    op.create_table(
        "failed_work",
        sa.Column("operation_id", sa.Uuid, nullable=False),
        sa.Column("workspace_id", sa.Uuid, nullable=False),
        sa.Column("service_id", sa.Uuid, nullable=False),
        sa.Column("display_name", sa.String, nullable=False),
        sa.Column("verb", sa.String, nullable=False),
        sa.Column("step", sa.Integer, nullable=False),
        sa.Column("steps", sa.Integer, nullable=False),
        sa.Column("failure", sa.String, nullable=False),
        sa.Column("failure_code", sa.String),
        sa.Column("failure_values", sa.dialects.postgresql.JSONB, nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("begun_by_address", sa.String),
        sa.Column("begun_via", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("operation_id", name="pk_failed_work"),
        work,
        service,
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER rename_failed_work ON services")
    op.execute("DROP TRIGGER keep_failed_work ON operations")
    op.execute("DROP TRIGGER keep_all_orders ON orders")
    for function in ("rename_failed_work", "keep_failed_work", "keep_all_orders"):
        op.execute(f"DROP FUNCTION {function}")
    op.drop_table("failed_work")
    op.drop_table("all_orders")
