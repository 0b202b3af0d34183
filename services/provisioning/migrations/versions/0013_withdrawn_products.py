"""Products and plans that are withdrawn from the catalogue, and how many services a product still has.

The old version knows no withdrawal and offers a withdrawn product until it is stopped; its orders of it are as good as
those before the withdrawal.
"""

from alembic import op

revision = "provisioning_0013"
down_revision = "provisioning_0012"
branch_labels = None
depends_on = None

# As the owner, because the provider may read no service of its customers as such. What it may know of them here is how
# many there are of a product. The workspace is that of the scope, never an argument.
COUNT = """
CREATE FUNCTION services_of_product(of_product uuid, most integer) RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT CASE WHEN EXISTS (
        SELECT FROM workspace_copies w
        WHERE w.id = nullif(current_setting('portico.workspace', true), '')::uuid AND w.kind = 'provider'
    ) THEN (
        SELECT count(*)::integer
        FROM (SELECT FROM services s WHERE s.product_id = of_product AND s.state <> 'failed' LIMIT most) AS found
    ) END
$$
"""
SIGNATURE = "services_of_product(uuid, integer)"


def upgrade() -> None:
    op.execute("ALTER TABLE products ADD COLUMN withdrawn_at timestamptz")
    op.execute("CREATE INDEX ix_products_offered ON products (display_name, id) WHERE withdrawn_at IS NULL")
    op.execute("CREATE INDEX ix_services_of_product ON services (product_id) WHERE state <> 'failed'")
    op.execute(
        "CREATE TABLE plan_offers (plan_id uuid NOT NULL, is_offered boolean NOT NULL, version integer NOT NULL,"
        " CONSTRAINT pk_plan_offers PRIMARY KEY (plan_id))"
    )
    op.execute(COUNT)
    op.execute(f"REVOKE EXECUTE ON FUNCTION {SIGNATURE} FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION {SIGNATURE} TO portico_provisioning_api")


def downgrade() -> None:
    op.drop_table("plan_offers")
    op.execute(f"DROP FUNCTION {SIGNATURE}")
    op.execute("DROP INDEX ix_services_of_product")
    op.execute("DROP INDEX ix_products_offered")
    op.execute("ALTER TABLE products DROP COLUMN withdrawn_at")
