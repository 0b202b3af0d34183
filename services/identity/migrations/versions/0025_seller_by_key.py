"""The seller of a workspace, read by keys: how many workspaces there are makes no difference."""

from alembic import op

revision = "identity_0025"
down_revision = "identity_0024"
branch_labels = None
depends_on = None

# The join with an OR that this replaces read all workspaces, for every page that names the seller.
SELLER = """
CREATE OR REPLACE FUNCTION seller_of_scope()
RETURNS TABLE (kind text, display_name text, support_address text, support_phone text, postal_lines text[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH here AS MATERIALIZED (
        SELECT w.parent_workspace_id AS parent_id FROM workspaces w
        WHERE w.workspace_id = nullif(current_setting('portico.workspace', true), '')::uuid
    )
    SELECT found.kind, found.display_name, found.support_address, found.support_phone, found.postal_lines FROM (
        SELECT s.*, 1 AS preference FROM workspaces s
        WHERE s.workspace_id = (SELECT parent_id FROM here) AND s.support_address IS NOT NULL
        UNION ALL
        SELECT s.*, 2 FROM workspaces s WHERE s.kind = 'provider' AND EXISTS (SELECT FROM here)
    ) AS found ORDER BY found.preference LIMIT 1
$$
"""


def upgrade() -> None:
    op.execute(SELLER)


def downgrade() -> None:
    """What it answers is the same."""
