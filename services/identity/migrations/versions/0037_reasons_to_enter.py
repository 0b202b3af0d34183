"""Why somebody works on behalf, and whether they are asked."""

from alembic import op

revision = "identity_0037"
down_revision = "identity_0036"
branch_labels = None
depends_on = None

COLUMNS = (
    "ALTER TABLE workspaces ADD COLUMN asks_entry_reason boolean NOT NULL DEFAULT false",
    "ALTER TABLE grants ADD COLUMN given_reason text CONSTRAINT ck_grants_given_reason"
    " CHECK (given_reason IS NULL OR (source = 'on_behalf' AND length(given_reason) <= 200))",
)
# Who is there now: few rows, of a workspace with however many users.
INDEXES = (
    "CREATE INDEX ix_grants_visits ON grants (workspace_id) WHERE source = 'on_behalf'",
    "CREATE INDEX ix_grants_visits_below ON grants (parent_workspace_id) WHERE source = 'on_behalf'",
)
# What the provider asks for holds in the whole installation, and a workspace does not read the provider's row.
ASKS = """
CREATE FUNCTION entering_needs_a_reason() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(bool_or(w.asks_entry_reason), false) FROM workspaces w
    WHERE w.kind = 'provider' OR w.workspace_id = nullif(current_setting('portico.workspace', true), '')::uuid
$$
"""


def upgrade() -> None:
    for statement in (*COLUMNS, *INDEXES):
        op.execute(statement)
    op.execute(ASKS)
    op.execute("REVOKE EXECUTE ON FUNCTION entering_needs_a_reason() FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION entering_needs_a_reason() TO portico_identity_api")


def downgrade() -> None:
    op.execute("DROP FUNCTION entering_needs_a_reason()")
    op.execute("DROP INDEX ix_grants_visits, ix_grants_visits_below")
    op.execute("ALTER TABLE grants DROP COLUMN given_reason")
    op.execute("ALTER TABLE workspaces DROP COLUMN asks_entry_reason")
