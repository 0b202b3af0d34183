"""Invoices' documents are sent for mails, and overdue invoices are reminded of."""

from alembic import op

revision = "billing_0009"
down_revision = "billing_0008"
branch_labels = None
depends_on = None

DOCUMENTS = """
CREATE TABLE invoice_documents (
    id uuid CONSTRAINT pk_invoice_documents PRIMARY KEY,
    workspace_id uuid NOT NULL,
    bill_group_id uuid NOT NULL,
    invoice_id uuid NOT NULL CONSTRAINT fk_invoice_documents_invoice_id REFERENCES invoices,
    number text NOT NULL,
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
    CONSTRAINT ck_invoice_documents_lease CHECK (lease_id IS NULL OR due_at IS NOT NULL),
    CONSTRAINT ck_invoice_documents_tries CHECK (tries >= 0)
)
"""
DUE = "CREATE INDEX ix_invoice_documents_due_at ON invoice_documents (due_at) WHERE due_at IS NOT NULL"

COLUMNS = ("reminded integer NOT NULL DEFAULT 0", "staff_told boolean NOT NULL DEFAULT false")
UNPAID = "CREATE INDEX ix_invoices_unpaid ON invoices (reminded, due_on, id) WHERE status = 'open' AND NOT staff_told"

# What is issued stays (D21). Only what was paid may change, and how often somebody was reminded, both only forwards.
KEEP = """
CREATE OR REPLACE FUNCTION keep_issued_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moving text[] := '{status,paid_minor,version,reminded,staff_told}';
BEGIN
    IF OLD.status = 'draft' THEN
        RETURN coalesce(NEW, OLD);
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.paid_minor >= OLD.paid_minor AND NEW.version > OLD.version
        AND NEW.reminded >= OLD.reminded AND NEW.staff_told >= OLD.staff_told
        AND (NEW.status = OLD.status OR (OLD.status, NEW.status) = ('open', 'paid'))
        AND to_jsonb(NEW) - moving = to_jsonb(OLD) - moving
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Invoice % is issued and cannot change.', OLD.number USING ERRCODE = 'restrict_violation';
END $$
"""
KEPT = """
CREATE OR REPLACE FUNCTION keep_issued_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status = 'draft' THEN
        RETURN coalesce(NEW, OLD);
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.paid_minor >= OLD.paid_minor AND NEW.version > OLD.version
        AND (NEW.status = OLD.status OR (OLD.status, NEW.status) = ('open', 'paid'))
        AND to_jsonb(NEW) - '{status,paid_minor,version}'::text[] = to_jsonb(OLD) - '{status,paid_minor,version}'::text[]
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Invoice % is issued and cannot change.', OLD.number USING ERRCODE = 'restrict_violation';
END $$
"""


def upgrade() -> None:
    op.execute(DOCUMENTS)
    op.execute(DUE)
    for column in COLUMNS:
        op.execute(f"ALTER TABLE invoices ADD COLUMN {column}")
    op.execute(UNPAID)
    op.execute(KEEP)


def downgrade() -> None:
    op.execute(KEPT)
    op.execute("DROP INDEX ix_invoices_unpaid")
    for column in COLUMNS:
        op.execute(f"ALTER TABLE invoices DROP COLUMN {column.split()[0]}")
    op.execute("DROP TABLE invoice_documents")
