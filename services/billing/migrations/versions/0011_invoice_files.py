"""The PDF of an invoice is printed once and kept. Mails wait for it."""

from alembic import op

revision = "billing_0011"
down_revision = "billing_0010"
branch_labels = None
depends_on = None

FILES = """
CREATE TABLE invoice_files (
    id uuid CONSTRAINT pk_invoice_files PRIMARY KEY,
    invoice_id uuid NOT NULL CONSTRAINT uq_invoice_files_invoice_id UNIQUE
        CONSTRAINT fk_invoice_files_invoice_id REFERENCES invoices,
    workspace_id uuid NOT NULL,
    bill_group_id uuid NOT NULL,
    number text NOT NULL,
    issued_at timestamptz NOT NULL,
    key text,
    sha256 text,
    size bigint,
    printed_at timestamptz,
    missing jsonb NOT NULL DEFAULT '[]',
    earlier jsonb NOT NULL DEFAULT '[]',
    failure text,
    failed_at timestamptz,
    correlation_id uuid NOT NULL,
    begun_by uuid,
    begun_by_address text,
    begun_via text NOT NULL,
    causation_id uuid,
    parent_workspace_id uuid,
    traceparent text,
    due_at timestamptz DEFAULT clock_timestamp(),
    lease_id uuid,
    tries integer NOT NULL,
    CONSTRAINT ck_invoice_files_lease CHECK (lease_id IS NULL OR due_at IS NOT NULL),
    CONSTRAINT ck_invoice_files_tries CHECK (tries >= 0),
    CONSTRAINT ck_invoice_files_state CHECK (
        num_nulls(key, sha256, size, printed_at) IN (0, 4) AND (failed_at IS NULL) = (failure IS NULL)
        AND num_nonnulls(due_at, printed_at, failed_at) > 0)
)
"""
INDEXES = (
    "CREATE INDEX ix_invoice_files_due_at ON invoice_files (due_at) WHERE due_at IS NOT NULL",
    "CREATE INDEX ix_invoice_files_told ON invoice_files (issued_at, invoice_id)"
    " WHERE (failed_at IS NOT NULL OR missing <> '[]')",
    # Those that wait for an invoice's file are found when it is printed.
    "CREATE INDEX ix_invoice_documents_invoice_id ON invoice_documents (invoice_id)",
)
# Issued invoices are printed in the background, the newest first, five a second: what is issued meanwhile comes first.
OLD = """
INSERT INTO invoice_files (id, invoice_id, workspace_id, bill_group_id, number, issued_at, correlation_id, begun_via,
                           tries, due_at)
SELECT gen_random_uuid(), id, workspace_id, bill_group_id, number, issued_at, gen_random_uuid(), 'system', 0,
       clock_timestamp() + row_number() OVER (ORDER BY issued_at DESC) * interval '200 milliseconds'
  FROM invoices WHERE status <> 'draft'
"""


def upgrade() -> None:
    op.execute(FILES)
    for index in INDEXES:
        op.execute(index)
    # FORCE applies row security to the owner too. It is lifted for the owner alone, within this transaction.
    op.execute("ALTER TABLE invoices NO FORCE ROW LEVEL SECURITY")
    op.execute(OLD)
    op.execute("ALTER TABLE invoices FORCE ROW LEVEL SECURITY")


def downgrade() -> None:
    op.execute("UPDATE invoice_documents SET due_at = clock_timestamp() WHERE due_at IS NULL")
    op.execute("DROP INDEX ix_invoice_documents_invoice_id")
    op.execute("DROP TABLE invoice_files")
