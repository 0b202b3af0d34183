"""Groups are billed in batches, once per billing date; those that must not be billed as they are wait for staff."""

from alembic import op

revision = "billing_0012"
down_revision = "billing_0011"
branch_labels = None
depends_on = None

# The first billing date of a group on a day or after it, as in services/billing/periods.py.
BILLING_DATE = """
CREATE FUNCTION billing_date(anchor date, day date) RETURNS date LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
SELECT CASE WHEN (anchor + make_interval(months => cycle))::date >= day THEN (anchor + make_interval(months => cycle))::date
       ELSE (anchor + make_interval(months => cycle + 1))::date END
FROM (SELECT ((extract(year FROM day) - extract(year FROM anchor)) * 12
              + extract(month FROM day) - extract(month FROM anchor))::integer AS cycle) AS found
$$
"""
# Nullable: rows from before have the days that they had, and the version that still serves does not know these columns.
COLUMNS = (("subscriptions", "started_on date"), ("bill_groups", "billed_on date"))
UNBILLED = """
CREATE INDEX ix_subscriptions_unbilled ON subscriptions (bill_group_id, unbilled_from) WHERE clock = 'started'
"""
PARKED = """
CREATE TABLE parked_groups (
    bill_group_id uuid CONSTRAINT pk_parked_groups PRIMARY KEY
        CONSTRAINT fk_parked_groups_bill_group_id REFERENCES bill_groups,
    workspace_id uuid NOT NULL,
    billing_on date NOT NULL,
    reason text NOT NULL,
    detail text NOT NULL,
    parked_at timestamptz NOT NULL
)
"""
NEWEST = "CREATE INDEX ix_parked_groups_newest ON parked_groups (parked_at, bill_group_id)"


def upgrade() -> None:
    op.execute(BILLING_DATE)
    for table, column in COLUMNS:
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column}")
    for statement in (UNBILLED, PARKED, NEWEST):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE parked_groups")
    op.execute("DROP INDEX ix_subscriptions_unbilled")
    for table, column in COLUMNS:
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column.split()[0]}")
    op.execute("DROP FUNCTION billing_date")
