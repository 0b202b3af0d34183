"""The customers of everybody who is linked to some, with what the Customers page compares, and their totals. Triggers keep
both, which works for the version that still serves, too."""

from alembic import op

revision = "identity_0060"
down_revision = "identity_0050"
branch_labels = None
depends_on = None

# A copy of the overview's row for each link. Whether its numbers are hidden is said by the role, as in the permission
# table: a test compares both.
LINKED = """
CREATE TABLE linked_customers (
    grant_id uuid NOT NULL CONSTRAINT pk_linked_customers PRIMARY KEY,
    user_id uuid NOT NULL, workspace_id uuid NOT NULL, customer_id uuid NOT NULL,
    role text NOT NULL, kind text NOT NULL, connected boolean NOT NULL,
    hidden boolean NOT NULL GENERATED ALWAYS AS (role = 'support') STORED,
    sort_name text NOT NULL, words text NOT NULL,
    mrr jsonb NOT NULL, mrr_sort_minor bigint NOT NULL, has_mrr boolean NOT NULL, currency text,
    ports integer NOT NULL, virtual_circuits integer NOT NULL, cloud_connections integer NOT NULL,
    last_activity_at timestamptz, last_order_at timestamptz, invited_at timestamptz, invitation_expires_at timestamptz
)
"""
TOTALS = """
CREATE TABLE linked_totals (
    user_id uuid NOT NULL, workspace_id uuid NOT NULL, connected boolean NOT NULL,
    customers bigint NOT NULL, ports bigint NOT NULL, virtual_circuits bigint NOT NULL,
    cloud_connections bigint NOT NULL,
    CONSTRAINT pk_linked_totals PRIMARY KEY (user_id, workspace_id, connected)
)
"""
REVENUE = """
CREATE TABLE linked_revenue (
    user_id uuid NOT NULL, workspace_id uuid NOT NULL, connected boolean NOT NULL, currency text NOT NULL,
    customers bigint NOT NULL, minor bigint NOT NULL,
    CONSTRAINT pk_linked_revenue PRIMARY KEY (user_id, workspace_id, connected, currency)
)
"""

NEVER = "'-infinity'::timestamptz"
ORDERS = {
    "name": "sort_name",
    **{
        name: f"(CASE WHEN hidden THEN {nothing} ELSE {column} END)"
        for name, nothing, column in (
            ("mrr", 0, "mrr_sort_minor"),
            ("ports", 0, "ports"),
            ("virtual_circuits", 0, "virtual_circuits"),
            ("cloud_connections", 0, "cloud_connections"),
            ("last_activity", NEVER, f"greatest(last_activity_at, {NEVER})"),
            ("last_order", NEVER, f"greatest(last_order_at, {NEVER})"),
        )
    },
}

COPIED = (
    "kind", "connected", "sort_name", "words", "mrr", "mrr_sort_minor", "has_mrr", "currency", "ports",
    "virtual_circuits", "cloud_connections", "last_activity_at", "last_order_at", "invited_at", "invitation_expires_at",
)  # fmt: skip
COPIES = ", ".join(COPIED)
ADD = f"""
INSERT INTO linked_customers (grant_id, user_id, customer_id, role, workspace_id, {COPIES})
SELECT g.id, g.user_id, o.workspace_id, g.role, o.parent_workspace_id, {", ".join(f"o.{name}" for name in COPIED)}
FROM grants g JOIN customer_overview o USING (workspace_id) WHERE g.source = 'link'
"""

# As the owner, because who changes a link or a customer may not write the rows of the parent's people.
#
# Rows of links are written at the end of a transaction, one transaction after the other: those of a person who leaves and
# those of a batch of customers are the same ones in another order. A new link holds its customer's row from the beginning,
# so that it and a change of the customer follow each other: else each would miss what the other has not committed.
LOCK = "PERFORM pg_advisory_xact_lock(hashtext('customer_totals'))"
HOLD = """
CREATE FUNCTION hold_customer_of_link() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM FROM customer_overview WHERE workspace_id = NEW.workspace_id FOR NO KEY UPDATE;
    RETURN NULL;
END $$
"""
KEEP_LINK = f"""
CREATE FUNCTION keep_linked_customer() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    {LOCK};
    DELETE FROM linked_customers WHERE grant_id = OLD.id;
    {ADD} AND g.id = NEW.id ON CONFLICT (grant_id) DO NOTHING;
    RETURN NULL;
END $$
"""
# Nobody waits for the sake of a customer without links: while somebody is linked to it, its row is held.
KEEP_CUSTOMER = f"""
CREATE FUNCTION copy_to_linked_customers() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        {LOCK};
        {ADD} AND g.workspace_id = NEW.workspace_id ON CONFLICT (grant_id) DO NOTHING;
    ELSIF EXISTS (SELECT FROM linked_customers WHERE customer_id = OLD.workspace_id) THEN
        {LOCK};
        DELETE FROM linked_customers WHERE customer_id = OLD.workspace_id AND TG_OP = 'DELETE';
        UPDATE linked_customers SET workspace_id = NEW.parent_workspace_id,
            ({COPIES}) = ROW ({", ".join(f"NEW.{name}" for name in COPIED)})
        WHERE customer_id = NEW.workspace_id;
    END IF;
    RETURN NULL;
END $$
"""

SEEN = "CASE WHEN hidden THEN 0 ELSE n * {} END"
ADD_TOTALS = f"""
INSERT INTO linked_totals AS kept
    (user_id, workspace_id, connected, customers, ports, virtual_circuits, cloud_connections)
SELECT user_id, workspace_id, connected, sum(n),
    {", ".join(f"sum({SEEN.format(name)})" for name in ("ports", "virtual_circuits", "cloud_connections"))}
FROM ({{rows}}) changed WHERE kind = 'customer' GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
ON CONFLICT (user_id, workspace_id, connected) DO UPDATE SET
    customers = kept.customers + excluded.customers,
    ports = kept.ports + excluded.ports,
    virtual_circuits = kept.virtual_circuits + excluded.virtual_circuits,
    cloud_connections = kept.cloud_connections + excluded.cloud_connections
"""
ADD_REVENUE = """
WITH changed AS ({rows})
INSERT INTO linked_revenue AS kept (user_id, workspace_id, connected, currency, customers, minor)
SELECT user_id, workspace_id, connected, currency, sum(customers), sum(minor) FROM (
    SELECT user_id, workspace_id, connected, currency, n AS customers, 0 AS minor
    FROM changed WHERE kind = 'customer' AND NOT hidden AND currency IS NOT NULL
    UNION ALL
    SELECT user_id, workspace_id, connected, a->>'currency', 0, n * (a->>'amount_minor')::bigint
    FROM changed, jsonb_array_elements(mrr) a WHERE kind = 'customer' AND NOT hidden AND has_mrr
) amounts GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
ON CONFLICT (user_id, workspace_id, connected, currency) DO UPDATE SET
    customers = kept.customers + excluded.customers,
    minor = kept.minor + excluded.minor
"""
ALL = "SELECT 1 AS n, l.* FROM linked_customers l"
CHANGED = "SELECT -1 AS n, OLD.* UNION ALL SELECT 1, NEW.*"

KEEP_TOTALS = f"""
CREATE FUNCTION keep_linked_totals() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    {LOCK};
    {ADD_TOTALS.format(rows=CHANGED)};
    {ADD_REVENUE.format(rows=CHANGED)};
    RETURN NULL;
END $$
"""


def _differ(*names: str) -> str:
    """Most changes of a customer are that somebody was active: they must not touch what is the same."""
    return f"({', '.join(f'OLD.{name}' for name in names)}) IS DISTINCT FROM ({', '.join(f'NEW.{name}' for name in names)})"


COUNTED = ("user_id", "workspace_id", "kind", "connected", "hidden", "mrr", "has_mrr", "currency", "ports",
           "virtual_circuits", "cloud_connections")  # fmt: skip
LATE = "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW"
LINK = ("role", "source", "user_id", "workspace_id")
TRIGGERS = (
    "CREATE TRIGGER hold_customer_of_link AFTER INSERT ON grants FOR EACH ROW WHEN (NEW.source = 'link')"
    " EXECUTE FUNCTION hold_customer_of_link()",
    f"CREATE CONSTRAINT TRIGGER keep_begun_link AFTER INSERT ON grants {LATE} WHEN (NEW.source = 'link')"
    " EXECUTE FUNCTION keep_linked_customer()",
    f"CREATE CONSTRAINT TRIGGER keep_changed_link AFTER UPDATE OF {', '.join(LINK)} ON grants {LATE}"
    f" WHEN ('link' IN (OLD.source, NEW.source) AND {_differ(*LINK)}) EXECUTE FUNCTION keep_linked_customer()",
    f"CREATE CONSTRAINT TRIGGER keep_ended_link AFTER DELETE ON grants {LATE} WHEN (OLD.source = 'link')"
    " EXECUTE FUNCTION keep_linked_customer()",
    f"CREATE CONSTRAINT TRIGGER copy_to_linked_customers AFTER INSERT OR DELETE ON customer_overview {LATE}"
    " EXECUTE FUNCTION copy_to_linked_customers()",
    f"CREATE CONSTRAINT TRIGGER copy_change_to_linked_customers AFTER UPDATE ON customer_overview {LATE}"
    f" WHEN ({_differ('parent_workspace_id', *COPIED)}) EXECUTE FUNCTION copy_to_linked_customers()",
    f"CREATE CONSTRAINT TRIGGER keep_linked_totals AFTER INSERT OR DELETE ON linked_customers {LATE}"
    " EXECUTE FUNCTION keep_linked_totals()",
    f"CREATE CONSTRAINT TRIGGER keep_changed_linked_totals AFTER UPDATE ON linked_customers {LATE}"
    f" WHEN ({_differ(*COUNTED)}) EXECUTE FUNCTION keep_linked_totals()",
)
FUNCTIONS = ("keep_linked_totals", "copy_to_linked_customers", "keep_linked_customer", "hold_customer_of_link")
READ = ("grants", "customer_overview")


def upgrade() -> None:
    for statement in (LINKED, TOTALS, REVENUE, HOLD, KEEP_LINK, KEEP_CUSTOMER, KEEP_TOTALS):
        op.execute(statement)
    for function in FUNCTIONS:
        op.execute(f"REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC")
    for statement in TRIGGERS[:6]:  # they keep others from changing what is copied until this is committed
        op.execute(statement)
    # FORCE applies row security to the owner too, who has no policy. It is lifted to read the existing rows.
    for table in READ:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute(ADD)
    op.execute(ADD_TOTALS.format(rows=ALL))
    op.execute(ADD_REVENUE.format(rows=ALL))
    for table in READ:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    for statement in TRIGGERS[6:]:
        op.execute(statement)
    _index()


def _index() -> None:
    mine = "user_id, workspace_id, connected"
    # Each order has one index, which its statement names by a condition that is always true (decision 33).
    for name, key in ORDERS.items():
        op.execute(
            f"CREATE INDEX ix_linked_customers_by_{name} ON linked_customers ({mine}, {key}, customer_id)"
            f" WHERE kind = 'customer' AND role <> 'by {name}'"
        )
    op.execute(
        f"CREATE INDEX ix_linked_customers_inactive ON linked_customers"
        f" ({mine}, greatest(last_activity_at, last_order_at, {NEVER}))"
        " WHERE kind = 'customer' AND NOT has_mrr AND NOT hidden"
    )
    op.execute(
        "CREATE INDEX ix_linked_customers_invited ON linked_customers (user_id, workspace_id, invitation_expires_at)"
        " WHERE kind = 'customer' AND invited_at IS NOT NULL"
    )
    op.execute("CREATE INDEX ix_linked_customers_customer_id ON linked_customers (customer_id)")


def downgrade() -> None:
    for trigger in ("copy_change_to_linked_customers", "copy_to_linked_customers"):
        op.execute(f"DROP TRIGGER {trigger} ON customer_overview")
    for trigger in ("keep_ended_link", "keep_changed_link", "keep_begun_link", "hold_customer_of_link"):
        op.execute(f"DROP TRIGGER {trigger} ON grants")
    op.execute("DROP TABLE linked_revenue, linked_totals, linked_customers")
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION {function}")
