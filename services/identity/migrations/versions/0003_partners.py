"""Partners apart from customers, and the provider's view of what its partners' customers are together."""

from alembic import op

revision = "identity_0003"
down_revision = "identity_0002"
branch_labels = None
depends_on = None

# The default serves the version that still runs beside this migration.
KIND = "ALTER TABLE customer_overview ADD COLUMN kind text NOT NULL DEFAULT 'customer'"

# FORCE applies row security to the owner too, who has no policy. It is lifted to update the existing rows.
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


def upgrade() -> None:
    for statement in (KIND, *FILL_IN, BY_NAME):
        op.execute(statement)


def downgrade() -> None:
    op.execute("ALTER TABLE customer_overview DROP COLUMN kind")
