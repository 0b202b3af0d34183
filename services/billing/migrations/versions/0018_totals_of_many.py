"""Totals of invoices are kept per statement instead of per row: a billing run issues hundreds at once."""

from importlib import import_module

from alembic import op

revision = "billing_0018"
down_revision = "billing_0017"
branch_labels = None
depends_on = None

OPEN = "CASE WHEN {0}.status IN ('open', 'partially_paid') THEN {0}.total_minor - {0}.paid_minor ELSE 0 END"
# A trigger that sees all rows of a statement cannot name columns: other changes are left out by what they change.
OF_ALL = f"""
CREATE OR REPLACE FUNCTION keep_totals() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM before WHERE status <> 'draft') THEN
        UPDATE open_amounts a SET minor = a.minor + c.minor
        FROM (SELECT n.bill_group_id, n.due_on, sum({OPEN.format("n")} - {OPEN.format("o")}) AS minor
              FROM after n JOIN before o ON o.id = n.id WHERE o.status <> 'draft' GROUP BY n.bill_group_id, n.due_on) c
        WHERE a.bill_group_id = c.bill_group_id AND a.due_on = c.due_on AND c.minor <> 0;
    END IF;
    IF EXISTS (SELECT FROM before WHERE status = 'draft') AND EXISTS (SELECT FROM after WHERE status <> 'draft') THEN
        INSERT INTO open_amounts (bill_group_id, due_on, workspace_id, minor)
        SELECT n.bill_group_id, n.due_on, n.workspace_id, sum({OPEN.format("n")})
        FROM after n JOIN before o ON o.id = n.id WHERE o.status = 'draft' AND n.status <> 'draft'
        GROUP BY n.bill_group_id, n.due_on, n.workspace_id ORDER BY n.bill_group_id, n.due_on
        ON CONFLICT (bill_group_id, due_on) DO UPDATE SET minor = open_amounts.minor + excluded.minor;
        INSERT INTO spend (workspace_id, month, bill_group_id, service_kind, currency, minor)
        SELECT n.workspace_id, date_trunc('month', n.issued_on::timestamp), n.bill_group_id, l.service_kind,
               n.currency, sum(l.net_minor + l.tax_minor)
        FROM after n JOIN before o ON o.id = n.id JOIN invoice_lines l ON l.invoice_id = n.id
        WHERE o.status = 'draft' AND n.status <> 'draft' GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4
        ON CONFLICT (workspace_id, month, bill_group_id, service_kind)
            DO UPDATE SET minor = spend.minor + excluded.minor;
    END IF;
    RETURN NULL;
END $$
"""
TRIGGER_OF_ALL = """
CREATE TRIGGER keep_totals AFTER UPDATE ON invoices REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION keep_totals()
"""
# Migrations stay as they are, so that what they say can be used again.
TRIGGER_OF_ONE = import_module("services.billing.migrations.versions.0004_totals").TRIGGER
PAYMENTS = import_module("services.billing.migrations.versions.0014_payments")
OF_ONE = PAYMENTS.TOTALS.format(owed=PAYMENTS.BOTH)


def upgrade() -> None:
    op.execute("DROP TRIGGER keep_totals ON invoices")
    op.execute(OF_ALL)
    op.execute(TRIGGER_OF_ALL)


def downgrade() -> None:
    op.execute("DROP TRIGGER keep_totals ON invoices")
    op.execute(OF_ONE)
    op.execute(TRIGGER_OF_ONE)
