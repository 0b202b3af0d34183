"""What the next billing dates will come to: for customers, and for the provider's staff of all of them."""

from alembic import op

revision = "billing_0017"
down_revision = "billing_0016"
branch_labels = None
depends_on = None

# A pending subscription counts, too: its first invoice is issued when its billing starts.
EXPECTED = """
CREATE FUNCTION expected_billing_date(anchor date, next_on date, billed_on date, start_on date) RETURNS date
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
SELECT least(next_on, CASE WHEN start_on IS NOT NULL
    THEN billing_date(coalesce(anchor, start_on), greatest(start_on, billed_on + 1)) END)
$$
"""
# As the owner, because the provider may read no bill group of its customers as such. What it may know of them here is
# which are billed when. The workspace is that of the scope, never an argument.
GROUPS = """
CREATE FUNCTION groups_to_bill(until_on date, zone text, after_on date, after_id uuid, how_many integer)
RETURNS TABLE (bill_group_id uuid, workspace_id uuid, billing_on date, display_name text, customer_name text,
    is_own_customer boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH starting AS MATERIALIZED (
        SELECT g.bill_group_id, expected_billing_date(g.anchor_on, g.next_billing_on, g.billed_on, p.start_on) AS on_day
        FROM (SELECT s.bill_group_id, (min(s.billing_starts_at) AT TIME ZONE zone)::date AS start_on
              FROM subscriptions s
              WHERE s.clock = 'pending' AND s.billing_starts_at < (until_on + 1)::timestamp AT TIME ZONE zone
              GROUP BY s.bill_group_id) AS p
        JOIN bill_groups g ON g.bill_group_id = p.bill_group_id
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
SIGNATURE = "groups_to_bill(date, text, date, uuid, integer)"


def upgrade() -> None:
    op.execute(EXPECTED)
    op.execute(GROUPS)
    op.execute(f"REVOKE EXECUTE ON FUNCTION {SIGNATURE} FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION {SIGNATURE} TO portico_billing_api")


def downgrade() -> None:
    op.execute("DROP FUNCTION groups_to_bill")
    op.execute("DROP FUNCTION expected_billing_date")
