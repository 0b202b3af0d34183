"""Totals of invoices, kept by a trigger, which works for the version that still serves, too."""

from alembic import op

revision = "billing_0004"
down_revision = "billing_0003"
branch_labels = None
depends_on = None

OPEN_AMOUNTS = """
CREATE TABLE open_amounts (
    bill_group_id uuid NOT NULL CONSTRAINT fk_open_amounts_bill_group_id REFERENCES bill_groups,
    due_on date NOT NULL,
    workspace_id uuid NOT NULL,
    minor bigint NOT NULL CONSTRAINT ck_open_amounts_minor CHECK (minor >= 0),
    CONSTRAINT pk_open_amounts PRIMARY KEY (bill_group_id, due_on)
)
"""

SPEND = """
CREATE TABLE spend (
    workspace_id uuid NOT NULL,
    month date NOT NULL,
    bill_group_id uuid NOT NULL,
    service_kind text NOT NULL,
    currency text NOT NULL,
    minor bigint NOT NULL,
    CONSTRAINT pk_spend PRIMARY KEY (workspace_id, month, bill_group_id, service_kind),
    CONSTRAINT fk_spend_bill_group_id_currency FOREIGN KEY (bill_group_id, currency)
        REFERENCES bill_groups (bill_group_id, currency)
)
"""

# An invoice is issued by an update of its draft, when all its lines are there. Afterwards it is only paid.
KEEP = """
CREATE FUNCTION keep_totals() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    was_open bigint := CASE OLD.status WHEN 'open' THEN OLD.total_minor - OLD.paid_minor ELSE 0 END;
    is_open bigint := CASE NEW.status WHEN 'open' THEN NEW.total_minor - NEW.paid_minor ELSE 0 END;
BEGIN
    IF OLD.status <> 'draft' THEN
        UPDATE open_amounts SET minor = minor + is_open - was_open
        WHERE bill_group_id = NEW.bill_group_id AND due_on = NEW.due_on;
    ELSIF NEW.status <> 'draft' THEN
        INSERT INTO open_amounts (bill_group_id, due_on, workspace_id, minor)
        VALUES (NEW.bill_group_id, NEW.due_on, NEW.workspace_id, is_open)
        ON CONFLICT (bill_group_id, due_on) DO UPDATE SET minor = open_amounts.minor + excluded.minor;
        INSERT INTO spend (workspace_id, month, bill_group_id, service_kind, currency, minor)
        SELECT NEW.workspace_id, date_trunc('month', NEW.issued_on::timestamp), NEW.bill_group_id, service_kind,
               NEW.currency, sum(net_minor + tax_minor)
        FROM invoice_lines WHERE invoice_id = NEW.id GROUP BY service_kind ORDER BY service_kind
        ON CONFLICT (workspace_id, month, bill_group_id, service_kind)
            DO UPDATE SET minor = spend.minor + excluded.minor;
    END IF;
    RETURN NULL;
END $$
"""
# It also keeps invoices from changing until what is there is added up.
TRIGGER = """
CREATE TRIGGER keep_totals AFTER UPDATE OF status, paid_minor ON invoices
    FOR EACH ROW EXECUTE FUNCTION keep_totals()
"""

FILL = (
    """
    INSERT INTO open_amounts (bill_group_id, due_on, workspace_id, minor)
    SELECT bill_group_id, due_on, workspace_id, sum(total_minor - paid_minor) FROM invoices
    WHERE status = 'open' GROUP BY bill_group_id, due_on, workspace_id
    """,
    """
    INSERT INTO open_amounts (bill_group_id, due_on, workspace_id, minor)
    SELECT DISTINCT bill_group_id, due_on, workspace_id, 0 FROM invoices WHERE status = 'paid'
    ON CONFLICT (bill_group_id, due_on) DO NOTHING
    """,
    """
    INSERT INTO spend (workspace_id, month, bill_group_id, service_kind, currency, minor)
    SELECT i.workspace_id, date_trunc('month', i.issued_on::timestamp), i.bill_group_id, l.service_kind, i.currency,
           sum(l.net_minor + l.tax_minor)
    FROM invoices i JOIN invoice_lines l ON l.invoice_id = i.id WHERE i.status <> 'draft'
    GROUP BY 1, 2, 3, 4, 5
    """,
)
TABLES = ("invoices", "invoice_lines", "bill_groups")


def upgrade() -> None:
    for statement in (OPEN_AMOUNTS, SPEND, KEEP, TRIGGER):
        op.execute(statement)
    # FORCE applies row security to the owner too. It is lifted for the owner alone, within this transaction.
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    for statement in FILL:
        op.execute(statement)
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def downgrade() -> None:
    op.execute("DROP TRIGGER keep_totals ON invoices")
    op.execute("DROP FUNCTION keep_totals")
    op.execute("DROP TABLE spend, open_amounts")
