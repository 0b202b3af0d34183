"""Services that are part of another one: add-ons, and what a product brings along.

That a part is of the same workspace as its service, and that a service with parts is no part itself, is a foreign key:
it names the service together with its workspace and with ``is_part``, which is false.
"""

from alembic import op

revision = "provisioning_0021"
down_revision = "provisioning_0020"
branch_labels = None
depends_on = None

REASONS = "suspended_for <@ ARRAY['customer', 'pause', 'overdue'{}]"


def upgrade() -> None:
    op.execute("ALTER TABLE products ADD COLUMN add_on_to text[] NOT NULL DEFAULT '{}'")
    op.execute("ALTER TABLE products ADD COLUMN brings jsonb NOT NULL DEFAULT '[]'")
    op.execute("ALTER TABLE products ADD CONSTRAINT ck_products_add_on_to CHECK (cardinality(add_on_to) <= 20)")
    op.execute("ALTER TABLE products ADD CONSTRAINT ck_products_brings CHECK (jsonb_array_length(brings) <= 5)")
    op.execute(
        "ALTER TABLE products ADD CONSTRAINT ck_products_one_level"
        " CHECK (cardinality(add_on_to) = 0 OR jsonb_array_length(brings) = 0)"
    )
    op.execute("CREATE INDEX ix_products_add_ons ON products USING gin (add_on_to) WHERE add_on_to <> '{}'")
    op.execute("ALTER TABLE plan_versions ADD COLUMN display_name varchar NOT NULL DEFAULT ''")
    op.execute("CREATE INDEX ix_plan_versions_product_id ON plan_versions (product_id)")
    op.execute("ALTER TABLE services ADD COLUMN part_of uuid, ADD COLUMN brought boolean NOT NULL DEFAULT false")
    op.execute(
        "ALTER TABLE services"
        " ADD COLUMN is_part boolean NOT NULL GENERATED ALWAYS AS (part_of IS NOT NULL) STORED,"
        " ADD COLUMN whole_is_part boolean"
        " GENERATED ALWAYS AS (CASE WHEN part_of IS NOT NULL THEN false END) STORED"
    )
    op.execute("ALTER TABLE services ADD CONSTRAINT uq_services_whole UNIQUE (id, workspace_id, is_part)")
    op.execute(
        "ALTER TABLE services ADD CONSTRAINT fk_services_part_of_services"
        " FOREIGN KEY (part_of, workspace_id, whole_is_part) REFERENCES services (id, workspace_id, is_part)"
    )
    op.execute("ALTER TABLE services ADD CONSTRAINT ck_services_brought CHECK (part_of IS NOT NULL OR NOT brought)")
    op.execute("CREATE INDEX ix_services_parts ON services (part_of, id) WHERE part_of IS NOT NULL")
    op.execute("CREATE INDEX ix_services_to_follow ON services (id) WHERE brought AND state = 'requested'")
    op.execute("ALTER TABLE orders ADD COLUMN part_of uuid CONSTRAINT fk_orders_part_of_services REFERENCES services")
    op.execute("ALTER TABLE orders ADD CONSTRAINT ck_orders_part_of CHECK (part_of IS NULL OR kind = 'new')")
    reasons(", 'whole'")


def reasons(more: str) -> None:
    op.execute("ALTER TABLE services DROP CONSTRAINT ck_services_suspended_for")
    op.execute(f"ALTER TABLE services ADD CONSTRAINT ck_services_suspended_for CHECK ({REASONS.format(more)})")


def downgrade() -> None:
    op.execute("ALTER TABLE services NO FORCE ROW LEVEL SECURITY")
    op.execute("UPDATE services SET suspended_for = array_remove(suspended_for, 'whole') WHERE part_of IS NOT NULL")
    op.execute("ALTER TABLE services FORCE ROW LEVEL SECURITY")
    reasons("")
    op.execute("ALTER TABLE orders DROP COLUMN part_of")
    op.execute("ALTER TABLE services DROP CONSTRAINT fk_services_part_of_services")
    op.execute("ALTER TABLE services DROP CONSTRAINT uq_services_whole")
    for column in ("whole_is_part", "is_part", "brought", "part_of"):
        op.execute(f"ALTER TABLE services DROP COLUMN {column}")
    op.execute("DROP INDEX ix_plan_versions_product_id")
    op.execute("ALTER TABLE plan_versions DROP COLUMN display_name")
    op.execute("ALTER TABLE products DROP COLUMN brings")
    op.execute("ALTER TABLE products DROP COLUMN add_on_to")
