"""Plans that are billed in arrears: a period is billed on the billing date on which it ends.

The old version bills all in advance; no plan says otherwise before the new one serves.
"""

from alembic import op

revision = "billing_0023"
down_revision = "billing_0022"
branch_labels = None
depends_on = None

TABLES = ("plan_versions", "subscriptions")
COLUMN = (
    "billed text NOT NULL DEFAULT 'in_advance'"
    " CONSTRAINT ck_{table}_billed CHECK (billed IN ('in_advance', 'in_arrears'))"
)
INDEX = (
    "CREATE INDEX ix_subscriptions_in_arrears ON subscriptions (bill_group_id, clock)"
    " WHERE billed = 'in_arrears' AND clock IN ('pending', 'started')"
)
# As in services/billing/amounts.py. Where a period does not begin on a billing date, it ends on the next one.
DUE_FROM = """
CREATE FUNCTION due_from(billed text, anchor date, first date, months integer, until date, once boolean) RETURNS date
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
SELECT CASE WHEN until <= first THEN NULL WHEN billed = 'in_advance' OR once THEN first
    ELSE least(until, CASE WHEN billing_date(anchor, first) > first THEN billing_date(anchor, first)
        ELSE billing_date(anchor, (date_trunc('month', first::timestamp) + make_interval(months => months))::date) END)
    END
$$
"""
GROUPS = """
CREATE OR REPLACE FUNCTION groups_to_bill(until_on date, zone text, after_on date, after_id uuid, how_many integer)
RETURNS TABLE (bill_group_id uuid, workspace_id uuid, billing_on date, display_name text, customer_name text,
    is_own_customer boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH {starting}
    ), found AS (
        SELECT s.bill_group_id, s.on_day FROM starting s
        UNION ALL
        (SELECT g.bill_group_id, g.next_billing_on FROM bill_groups g
         WHERE g.next_billing_on <= until_on AND (g.next_billing_on, g.bill_group_id) > (after_on, after_id)
           AND NOT EXISTS (SELECT FROM starting s WHERE s.bill_group_id = g.bill_group_id)
           AND NOT EXISTS (SELECT FROM parked_groups p WHERE p.bill_group_id = g.bill_group_id)
           AND EXISTS (SELECT FROM workspace_copies w WHERE w.id = g.workspace_id)
         ORDER BY g.next_billing_on, g.bill_group_id LIMIT how_many)
    )
    SELECT g.bill_group_id, g.workspace_id, f.on_day, g.display_name, w.display_name,
           EXISTS (SELECT FROM workspace_copies p WHERE p.id = w.parent_workspace_id AND p.kind = 'provider')
    FROM found f JOIN bill_groups g ON g.bill_group_id = f.bill_group_id
    JOIN workspace_copies w ON w.id = g.workspace_id
    WHERE f.on_day <= until_on AND (f.on_day, f.bill_group_id) > (after_on, after_id)
      AND NOT EXISTS (SELECT FROM parked_groups p WHERE p.bill_group_id = f.bill_group_id)
      AND EXISTS (SELECT FROM workspace_copies w
                  WHERE w.id = nullif(current_setting('portico.workspace', true), '')::uuid AND w.kind = 'provider')
    ORDER BY f.on_day, f.bill_group_id LIMIT how_many
$$
"""
# What is pending and billed in arrears is due when its first period has ended. The group's anchor is that of its first
# start. All else is as before.
STARTING = """pending AS MATERIALIZED (
        SELECT s.bill_group_id, (s.billing_starts_at AT TIME ZONE zone)::date AS start_on, s.billed, s.interval_months,
               s.one_off_minor > 0 AS once
        FROM subscriptions s
        WHERE s.clock = 'pending' AND s.ends_on IS NULL AND NOT s.paused
          AND s.billing_starts_at < (until_on + 1)::timestamp AT TIME ZONE zone
    ), starting AS MATERIALIZED (
        SELECT g.bill_group_id, expected_billing_date(a.anchor_on, g.next_billing_on, g.billed_on, (
            SELECT min(due_from(p.billed, a.anchor_on, p.start_on, p.interval_months, NULL, p.once))
            FROM pending p WHERE p.bill_group_id = g.bill_group_id)) AS on_day
        FROM (SELECT p.bill_group_id, min(p.start_on) AS start_on FROM pending p GROUP BY p.bill_group_id) AS f
        JOIN bill_groups g ON g.bill_group_id = f.bill_group_id
        CROSS JOIN LATERAL (SELECT coalesce(g.anchor_on, f.start_on) AS anchor_on) AS a"""
FORMER_STARTING = """starting AS MATERIALIZED (
        SELECT g.bill_group_id, expected_billing_date(g.anchor_on, g.next_billing_on, g.billed_on, p.start_on) AS on_day
        FROM (SELECT s.bill_group_id, (min(s.billing_starts_at) AT TIME ZONE zone)::date AS start_on
              FROM subscriptions s
              WHERE s.clock = 'pending' AND s.billing_starts_at < (until_on + 1)::timestamp AT TIME ZONE zone
              GROUP BY s.bill_group_id) AS p
        JOIN bill_groups g ON g.bill_group_id = p.bill_group_id"""


def upgrade() -> None:
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} ADD COLUMN {COLUMN.format(table=table)}")
    for statement in (INDEX, DUE_FROM, GROUPS.format(starting=STARTING)):
        op.execute(statement)


def downgrade() -> None:
    op.execute(GROUPS.format(starting=FORMER_STARTING))
    op.execute("DROP FUNCTION due_from")
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} DROP COLUMN billed")
