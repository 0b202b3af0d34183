"""Services are changed, suspended and deleted, by orders of more kinds and operations of more verbs.

The old version goes on to make new orders and to create services: a trigger notes the plan of a service that it makes.
"""

from alembic import op

revision = "provisioning_0015"
down_revision = "provisioning_0014"
branch_labels = None
depends_on = None

SERVICE = (
    "suspended_for text[] NOT NULL DEFAULT '{}'",
    "settle_at timestamptz",
    "cancelled_by uuid",
    "ends_on date",
)
SERVICE_RULES = {
    "suspended_for": "suspended_for <@ ARRAY['customer', 'pause', 'overdue']",
    "ends_on": "ends_on IS NULL OR cancelled_by IS NOT NULL",
}
ORDER = (
    "kind varchar NOT NULL DEFAULT 'new'",
    "service_id uuid CONSTRAINT fk_orders_service_id_services REFERENCES services",
    "former jsonb",
    "ends varchar",
    "end_reason varchar",
)
ORDER_RULES = {
    "service": "(kind = 'new') = (service_id IS NULL)",
    "former": "(kind = 'change') = (former IS NOT NULL)",
    "ends": "(kind = 'cancel') = (ends IS NOT NULL AND end_reason IS NOT NULL)",
}
PLAN = """
CREATE FUNCTION service_plan() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.plan_version_id := (SELECT plan_version_id FROM orders WHERE id = NEW.order_id);
    RETURN NEW;
END
$$
"""
UNSETTLED = "state IN ('active', 'suspended') AND (cardinality(suspended_for) > 0) <> (state = 'suspended')"
UNFILTERED = (
    ("newest", 1, "requested_at"),
    ("newest_of_group", 3, "bill_group_id, requested_at"),
    ("by_name", 5, "display_name COLLATE names"),
    ("by_name_of_group", 7, "bill_group_id, display_name COLLATE names"),
)
COUNT = "state <> 'failed'"
COUNT_NOW = "state NOT IN ('failed', 'deleted')"


TABLES = ("services", "orders", "operations", "operation_steps", "failed_orders")


def all_rows(rule: str) -> None:
    """Whether the owner sees the rows of all workspaces: ``NO FORCE`` or ``FORCE``."""
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} {rule} ROW LEVEL SECURITY")


def upgrade() -> None:
    all_rows("NO FORCE")
    for column in (*SERVICE, "plan_version_id uuid"):
        op.execute(f"ALTER TABLE services ADD COLUMN {column}")
    op.execute("UPDATE services s SET plan_version_id = o.plan_version_id FROM orders o WHERE o.id = s.order_id")
    op.execute(PLAN)
    op.execute(
        "CREATE TRIGGER service_plan BEFORE INSERT ON services FOR EACH ROW WHEN (NEW.plan_version_id IS NULL)"
        " EXECUTE FUNCTION service_plan()"
    )
    op.execute("ALTER TABLE services ALTER COLUMN plan_version_id SET NOT NULL")
    for name, rule in SERVICE_RULES.items():
        op.execute(f"ALTER TABLE services ADD CONSTRAINT ck_services_{name} CHECK ({rule})")
    for column in ORDER:
        op.execute(f"ALTER TABLE orders ADD COLUMN {column}")
    for name, rule in ORDER_RULES.items():
        op.execute(f"ALTER TABLE orders ADD CONSTRAINT ck_orders_{name} CHECK ({rule})")
    op.execute(f"CREATE INDEX ix_services_to_settle ON services (settle_at, id) WHERE {UNSETTLED}")
    for name, number, columns in UNFILTERED:
        op.execute(f"DROP INDEX ix_services_{name}")
        op.execute(
            f"CREATE INDEX ix_services_{name} ON services (workspace_id, {columns}, id)"
            f" WHERE version <> -{number} AND state <> 'deleted'"
        )
    op.execute("CREATE INDEX ix_services_of_payer ON services (bill_group_id) WHERE state <> 'deleted'")
    op.execute("CREATE INDEX ix_orders_of_service ON orders (service_id, placed_at) WHERE service_id IS NOT NULL")
    op.execute("CREATE INDEX ix_orders_to_delete ON orders (id) WHERE kind = 'cancel' AND state = 'placed'")
    op.execute("ALTER TABLE operations ADD COLUMN wanted jsonb")
    ordered("verb IN ('create', 'change', 'delete')")
    op.execute(
        "ALTER TABLE operations ADD CONSTRAINT ck_operations_wanted CHECK ((verb = 'change') = (wanted IS NOT NULL))"
    )
    op.execute("ALTER TABLE bill_groups ADD COLUMN past_due boolean NOT NULL DEFAULT false")
    counting(COUNT, COUNT_NOW)
    op.execute(
        "CREATE TABLE simulated_resources (service_id uuid NOT NULL, key varchar NOT NULL, kind varchar NOT NULL,"
        " state varchar NOT NULL, configuration jsonb NOT NULL, quantity integer NOT NULL,"
        " CONSTRAINT pk_simulated_resources PRIMARY KEY (service_id, key))"
    )
    op.execute(
        "INSERT INTO simulated_resources SELECT s.id, 'provision/' || s.id, s.kind, 'running', s.configuration,"
        " s.quantity FROM services s JOIN products p ON p.id = s.product_id"
        " WHERE s.state = 'active' AND p.driver = 'simulator'"
    )
    all_rows("FORCE")


def ordered(condition: str) -> None:
    op.execute("ALTER TABLE operations DROP CONSTRAINT ck_operations_order")
    op.execute(
        f"ALTER TABLE operations ADD CONSTRAINT ck_operations_order CHECK (({condition}) = (order_id IS NOT NULL))"
    )


def counting(former: str, new: str) -> None:
    """How many services there are of a product, as the function says, and its index."""
    op.execute(f"""
        DO $do$ BEGIN
            EXECUTE replace(pg_get_functiondef('services_of_product(uuid, integer)'::regprocedure),
                            $$s.{former}$$, $$s.{new}$$);
        END $do$
    """)
    op.execute("DROP INDEX ix_services_of_product")
    op.execute(f"CREATE INDEX ix_services_of_product ON services (product_id) WHERE {new}")


def downgrade() -> None:
    all_rows("NO FORCE")
    op.drop_table("simulated_resources")
    counting(COUNT_NOW, COUNT)
    op.execute("ALTER TABLE bill_groups DROP COLUMN past_due")
    for verb in ("'change'", "'suspend'", "'resume'", "'delete'"):
        op.execute(f"DELETE FROM operation_steps WHERE operation_id IN (SELECT id FROM operations WHERE verb = {verb})")
        op.execute(f"DELETE FROM operations WHERE verb = {verb}")
    ordered("verb = 'create'")
    op.execute("ALTER TABLE operations DROP COLUMN wanted")
    op.execute("DELETE FROM failed_orders WHERE order_id IN (SELECT id FROM orders WHERE kind <> 'new')")
    op.execute("DELETE FROM orders WHERE kind <> 'new'")
    for index in ("orders_to_delete", "orders_of_service", "services_of_payer", "services_to_settle"):
        op.execute(f"DROP INDEX ix_{index}")
    for column in ORDER:
        op.execute(f"ALTER TABLE orders DROP COLUMN {column.split()[0]}")
    op.execute("UPDATE services SET state = 'active' WHERE state IN ('changing', 'suspended', 'deleting', 'deleted')")
    op.execute("DROP TRIGGER service_plan ON services")
    op.execute("DROP FUNCTION service_plan()")
    for name, number, columns in UNFILTERED:
        op.execute(f"DROP INDEX ix_services_{name}")
        op.execute(
            f"CREATE INDEX ix_services_{name} ON services (workspace_id, {columns}, id) WHERE version <> -{number}"
        )
    for column in (*SERVICE, "plan_version_id"):
        op.execute(f"ALTER TABLE services DROP COLUMN {column.split()[0]}")
    all_rows("FORCE")
