"""Partners apart from customers, and the provider's view of what its partners' customers are together."""

from alembic import op

revision = "identity_0003"
down_revision = "identity_0002"
branch_labels = None
depends_on = None

# The default serves the version that still runs beside this migration.
KIND = "ALTER TABLE customer_overview ADD COLUMN kind text NOT NULL DEFAULT 'customer'"

# Row security is forced on the owner too, who has no policy: without this it would find no row to fill in.
FILL_IN = (
    "ALTER TABLE workspaces NO FORCE ROW LEVEL SECURITY",
    "ALTER TABLE customer_overview NO FORCE ROW LEVEL SECURITY",
    "UPDATE customer_overview c SET kind = w.kind FROM workspaces w"
    " WHERE w.workspace_id = c.workspace_id AND c.kind <> w.kind",
    "ALTER TABLE customer_overview FORCE ROW LEVEL SECURITY",
    "ALTER TABLE workspaces FORCE ROW LEVEL SECURITY",
)

BY_NAME = """
CREATE INDEX ix_customer_overview_partners ON customer_overview (parent_workspace_id, lower(display_name), workspace_id)
    WHERE kind = 'partner'
"""

# The provider reads the figures of its partners' customers, to add them up. It is for SELECT alone: a request of the
# provider writes its direct children's rows only, and every list of customers names its parent by itself.
PROVIDER_READS = """
CREATE POLICY api_provider_reads ON customer_overview FOR SELECT TO portico_identity_api USING ((
    SELECT w.kind = 'provider' FROM workspaces w
    WHERE w.workspace_id = (SELECT nullif(current_setting('portico.workspace', true), '')::uuid)
))
"""


def upgrade() -> None:
    for statement in (KIND, *FILL_IN, BY_NAME, PROVIDER_READS):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP POLICY api_provider_reads ON customer_overview")
    op.execute("ALTER TABLE customer_overview DROP COLUMN kind")
