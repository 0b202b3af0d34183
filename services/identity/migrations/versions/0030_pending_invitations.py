"""When the pending invitation of a customer or partner was sent, and until when its link is valid: told beside Not
Connected, which an invitation does not change."""

from alembic import op

revision = "identity_0030"
down_revision = "identity_0029"
branch_labels = None
depends_on = None

COLUMNS = """
ALTER TABLE customer_overview ADD COLUMN invited_at timestamptz, ADD COLUMN invitation_expires_at timestamptz,
    ADD CONSTRAINT ck_customer_overview_invited CHECK ((invited_at IS NULL) = (invitation_expires_at IS NULL))
"""
# The status of a former version may say ``invited``, which reads as not connected: it is not rewritten, because the
# trigger that keeps the totals would go over all these customers.
FILL = """
UPDATE customer_overview c SET invited_at = i.sent_at, invitation_expires_at = i.expires_at
FROM (SELECT DISTINCT ON (workspace_id) workspace_id, sent_at, expires_at FROM invitations
      WHERE state = 'pending' ORDER BY workspace_id, sent_at DESC) i
WHERE i.workspace_id = c.workspace_id AND NOT c.connected
"""
TABLES = ("customer_overview", "invitations")


def upgrade() -> None:
    op.execute(COLUMNS)
    # FORCE applies row security to the owner too. It is lifted to read and write the existing rows.
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute(FILL)
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def downgrade() -> None:
    op.execute("ALTER TABLE customer_overview DROP COLUMN invited_at, DROP COLUMN invitation_expires_at")
