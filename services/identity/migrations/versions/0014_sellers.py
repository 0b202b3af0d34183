"""Where a workspace helps its customers, its postal address, and what a customer may read of them."""

from alembic import op

revision = "identity_0014"
down_revision = "identity_0013"
branch_labels = None
depends_on = None

# The default serves the version that still runs beside this migration.
FACE = """
ALTER TABLE workspaces
    ADD COLUMN support_address text CONSTRAINT ck_workspaces_support_address CHECK (length(support_address) <= 254),
    ADD COLUMN support_phone text CONSTRAINT ck_workspaces_support_phone CHECK (length(support_phone) <= 40),
    ADD COLUMN postal_lines text[] NOT NULL DEFAULT '{}'
        CONSTRAINT ck_workspaces_postal_lines CHECK (cardinality(postal_lines) <= 6)
"""

# As the owner, because a customer may read no other row of its parent, nor any of the provider. The workspace is that of
# the scope, never an argument.
SELLER = """
CREATE FUNCTION seller_of_scope()
RETURNS TABLE (kind text, display_name text, support_address text, support_phone text, postal_lines text[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT s.kind, s.display_name, s.support_address, s.support_phone, s.postal_lines
    FROM workspaces w JOIN workspaces s
        ON s.kind = 'provider' OR (s.workspace_id = w.parent_workspace_id AND s.support_address IS NOT NULL)
    WHERE w.workspace_id = nullif(current_setting('portico.workspace', true), '')::uuid
    ORDER BY s.kind = 'provider' LIMIT 1
$$
"""


def upgrade() -> None:
    op.execute(FACE)
    op.execute(SELLER)
    op.execute("REVOKE EXECUTE ON FUNCTION seller_of_scope FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION seller_of_scope TO portico_identity_api")


def downgrade() -> None:
    op.execute("DROP FUNCTION seller_of_scope")
    op.execute(
        "ALTER TABLE workspaces DROP COLUMN support_address, DROP COLUMN support_phone, DROP COLUMN postal_lines"
    )
