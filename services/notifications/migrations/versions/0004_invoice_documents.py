"""PDFs of invoices are kept until their mails are sent, and one fact is announced in several workspaces."""

from alembic import op

revision = "notifications_0004"
down_revision = "notifications_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
CREATE TABLE invoice_documents (
    event_id uuid CONSTRAINT pk_invoice_documents PRIMARY KEY,
    workspace_id uuid NOT NULL,
    filename text NOT NULL,
    content bytea,
    kept_at timestamptz NOT NULL DEFAULT clock_timestamp()
)"""
    )
    op.execute("CREATE INDEX ix_invoice_documents_kept_at ON invoice_documents (kept_at)")
    # Already compressed: the database need not try.
    op.execute("ALTER TABLE invoice_documents ALTER COLUMN content SET STORAGE EXTERNAL")
    op.execute("ALTER TABLE announcements DROP CONSTRAINT pk_announcements")
    op.execute(
        "ALTER TABLE announcements ADD CONSTRAINT pk_announcements PRIMARY KEY (event_id, audience_workspace_id)"
    )


def downgrade() -> None:
    op.execute("ALTER TABLE announcements NO FORCE ROW LEVEL SECURITY")
    op.execute("DELETE FROM announcements WHERE audience_workspace_id = workspace_id")
    op.execute("ALTER TABLE announcements FORCE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE announcements DROP CONSTRAINT pk_announcements")
    op.execute("ALTER TABLE announcements ADD CONSTRAINT pk_announcements PRIMARY KEY (event_id)")
    op.execute("DROP TABLE invoice_documents")
