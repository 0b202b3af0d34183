"""Plans that are withdrawn: new orders cannot choose them, and subscriptions at their prices go on.

The old version offers a withdrawn plan until it is stopped; an order at it is as good as those before the withdrawal.
"""

from alembic import op

revision = "billing_0019"
down_revision = "billing_0018"
branch_labels = None
depends_on = None


# As the owner, because the provider may read no subscription of its customers as such. What it may know of them here is
# how many there are of a plan. The workspace is that of the scope, never an argument.
COUNT = """
CREATE FUNCTION subscriptions_of_plan(of_plan uuid, most integer) RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT CASE WHEN EXISTS (
        SELECT FROM workspace_copies w
        WHERE w.id = nullif(current_setting('portico.workspace', true), '')::uuid AND w.kind = 'provider'
    ) THEN (
        SELECT count(*)::integer
        FROM (SELECT FROM plan_versions v JOIN subscriptions s ON s.plan_version_id = v.id
              WHERE v.plan_id = of_plan AND s.clock <> 'ended' LIMIT most) AS found
    ) END
$$
"""
SIGNATURE = "subscriptions_of_plan(uuid, integer)"


def upgrade() -> None:
    op.execute("ALTER TABLE plans ADD COLUMN withdrawn_at timestamptz")
    op.execute("ALTER TABLE plans ADD COLUMN offer_version integer NOT NULL DEFAULT 0")
    op.execute("CREATE INDEX ix_plans_product_id ON plans (product_id)")
    op.execute("CREATE INDEX ix_subscriptions_of_plan ON subscriptions (plan_version_id) WHERE clock <> 'ended'")
    op.execute(COUNT)
    op.execute(f"REVOKE EXECUTE ON FUNCTION {SIGNATURE} FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION {SIGNATURE} TO portico_billing_api")


def downgrade() -> None:
    op.execute(f"DROP FUNCTION {SIGNATURE}")
    op.execute("DROP INDEX ix_subscriptions_of_plan")
    op.execute("DROP INDEX ix_plans_product_id")
    op.execute("ALTER TABLE plans DROP COLUMN offer_version")
    op.execute("ALTER TABLE plans DROP COLUMN withdrawn_at")
