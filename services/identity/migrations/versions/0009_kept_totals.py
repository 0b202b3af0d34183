"""Totals of a parent's customers, kept by a trigger, which works for the version that still serves, too."""

from alembic import op

revision = "identity_0009"
down_revision = "identity_0008"
branch_labels = None
depends_on = None

TOTALS = """
CREATE TABLE customer_totals (
    workspace_id uuid NOT NULL CONSTRAINT fk_customer_totals_workspace_id REFERENCES workspaces,
    connected boolean NOT NULL,
    customers bigint NOT NULL,
    ports bigint NOT NULL,
    virtual_circuits bigint NOT NULL,
    cloud_connections bigint NOT NULL,
    CONSTRAINT pk_customer_totals PRIMARY KEY (workspace_id, connected)
)
"""

REVENUE = """
CREATE TABLE customer_revenue (
    workspace_id uuid NOT NULL CONSTRAINT fk_customer_revenue_workspace_id REFERENCES workspaces,
    connected boolean NOT NULL,
    currency text NOT NULL,
    customers bigint NOT NULL,
    minor bigint NOT NULL,
    CONSTRAINT pk_customer_revenue PRIMARY KEY (workspace_id, connected, currency)
)
"""

ADD_TOTALS = """
INSERT INTO customer_totals AS kept (workspace_id, connected, customers, ports, virtual_circuits, cloud_connections)
SELECT parent_workspace_id, status = 'connected', sum(n), sum(n * ports), sum(n * virtual_circuits),
    sum(n * cloud_connections)
FROM ({rows}) changed WHERE kind = 'customer' GROUP BY 1, 2 ORDER BY 1, 2
ON CONFLICT (workspace_id, connected) DO UPDATE SET
    customers = kept.customers + excluded.customers,
    ports = kept.ports + excluded.ports,
    virtual_circuits = kept.virtual_circuits + excluded.virtual_circuits,
    cloud_connections = kept.cloud_connections + excluded.cloud_connections
"""

ADD_REVENUE = """
WITH changed AS ({rows})
INSERT INTO customer_revenue AS kept (workspace_id, connected, currency, customers, minor)
SELECT parent_workspace_id, connected, currency, sum(customers), sum(minor) FROM (
    SELECT parent_workspace_id, status = 'connected' AS connected, currency, n AS customers, 0 AS minor
    FROM changed WHERE kind = 'customer' AND currency IS NOT NULL
    UNION ALL
    SELECT parent_workspace_id, status = 'connected', a->>'currency', 0, n * (a->>'amount_minor')::bigint
    FROM changed, jsonb_array_elements(mrr) a WHERE kind = 'customer' AND has_mrr
) amounts GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
ON CONFLICT (workspace_id, connected, currency) DO UPDATE SET
    customers = kept.customers + excluded.customers,
    minor = kept.minor + excluded.minor
"""

ALL = "SELECT 1 AS n, o.* FROM customer_overview o"
CHANGED = "SELECT -1 AS n, OLD.* UNION ALL SELECT 1, NEW.*"

# As the owner, because who changes a customer may not write its parent's rows.
KEEP = f"""
CREATE FUNCTION keep_customer_totals() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    -- One transaction after the other: two that change customers of the same parents in another order would deadlock.
    PERFORM pg_advisory_xact_lock(hashtext('customer_totals'));
    {ADD_TOTALS.format(rows=CHANGED)};
    {ADD_REVENUE.format(rows=CHANGED)};
    RETURN NULL;
END $$
"""
# At the end of the transaction, because all customers of a parent share the rows that it locks. It also keeps customers
# from changing until what is there is added up.
TRIGGER = """
CREATE CONSTRAINT TRIGGER keep_customer_totals AFTER INSERT OR DELETE OR UPDATE
OF parent_workspace_id, kind, status, ports, virtual_circuits, cloud_connections, mrr, has_mrr, currency
ON customer_overview DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION keep_customer_totals()
"""


def upgrade() -> None:
    for statement in (TOTALS, REVENUE, KEEP, TRIGGER):
        op.execute(statement)
    op.execute("REVOKE EXECUTE ON FUNCTION keep_customer_totals FROM PUBLIC")
    # FORCE applies row security to the owner too, who has no policy. It is lifted to read the existing rows.
    op.execute("ALTER TABLE customer_overview NO FORCE ROW LEVEL SECURITY")
    op.execute(ADD_TOTALS.format(rows=ALL))
    op.execute(ADD_REVENUE.format(rows=ALL))
    op.execute("ALTER TABLE customer_overview FORCE ROW LEVEL SECURITY")


def downgrade() -> None:
    op.execute("DROP TRIGGER keep_customer_totals ON customer_overview")
    op.execute("DROP FUNCTION keep_customer_totals")
    op.execute("DROP TABLE customer_revenue, customer_totals")
