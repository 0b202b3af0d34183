"""PDFs that the provider's staff keep with an account."""

from alembic import op

revision = "billing_0066"
down_revision = "billing_0065"
branch_labels = None
depends_on = None

TABLE = """
CREATE TABLE documents (
    id uuid NOT NULL CONSTRAINT pk_documents PRIMARY KEY,
    workspace_id uuid NOT NULL,
    bill_group_id uuid CONSTRAINT fk_documents_bill_group_id_bill_groups REFERENCES bill_groups (bill_group_id),
    kind text NOT NULL CONSTRAINT ck_documents_kind CHECK (kind IN ('contract', 'statement', 'other')),
    title text NOT NULL CONSTRAINT ck_documents_title CHECK (length(title) BETWEEN 1 AND 120),
    sha256 text NOT NULL, size bigint NOT NULL CONSTRAINT ck_documents_size CHECK (size > 0),
    added_at timestamptz NOT NULL, removed_at timestamptz
)
"""
INDEXES = (
    "CREATE INDEX ix_documents_newest ON documents (workspace_id, added_at, id) WHERE removed_at IS NULL",
    "CREATE INDEX ix_documents_removed ON documents (removed_at) WHERE removed_at IS NOT NULL",
)


def upgrade() -> None:
    op.execute(TABLE)
    for index in INDEXES:
        op.execute(index)


def downgrade() -> None:
    op.execute("DROP TABLE documents")
