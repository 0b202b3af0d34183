"""What is owed of each invoice, as the workspace above its customer sees it, and whether the last payment of it failed.

Triggers keep it, because the version that still runs beside this migration does not write it.
"""

from alembic import op

revision = "billing_0060"
down_revision = "billing_0050"
branch_labels = None
depends_on = None

TABLE = """
CREATE TABLE owed_invoices (
    invoice_id uuid NOT NULL CONSTRAINT pk_owed_invoices PRIMARY KEY
        CONSTRAINT fk_owed_invoices_invoice_id REFERENCES invoices ON DELETE CASCADE,
    workspace_id uuid NOT NULL, parent_workspace_id uuid,
    currency text NOT NULL, outstanding_minor bigint NOT NULL, due_on date NOT NULL, payment_failed_at timestamptz
)
"""
INDEXES = (
    "CREATE INDEX ix_owed_invoices_due ON owed_invoices (parent_workspace_id, due_on, invoice_id)",
    "CREATE INDEX ix_owed_invoices_failed ON owed_invoices (parent_workspace_id, payment_failed_at, invoice_id)"
    " WHERE payment_failed_at IS NOT NULL",
    "CREATE INDEX ix_owed_invoices_workspace_id ON owed_invoices (workspace_id)",
)

PARENT = "(SELECT parent_workspace_id FROM workspace_copies WHERE id = {row}.workspace_id)"
# An attempt that Portico itself ended is nobody's failed payment: a page that was left, or an invoice paid otherwise.
FAILED = "{p}.state IN ('failed', 'returned') AND coalesce({p}.failure_reason, '') NOT IN ('expired', 'unanswered', 'superseded')"
LAST_FAILED = f"""
(SELECT max(p.settled_at) FROM payment_allocations a JOIN payments p ON p.id = a.payment_id
 WHERE a.invoice_id = {{i}}.id AND {FAILED.format(p="p")} AND NOT EXISTS (
    SELECT FROM payment_allocations b JOIN payments q ON q.id = b.payment_id
    WHERE b.invoice_id = a.invoice_id AND q.state = 'succeeded' AND q.settled_at > p.settled_at))
"""
# As the owner: who pays may not write the rows that the workspace above reads. The invoice is locked by whoever changes it
# or begins or ends a payment of it.
KEEP = f"""
CREATE FUNCTION keep_owed_invoice() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.status IN ('open', 'partially_paid') THEN
        INSERT INTO owed_invoices
            (invoice_id, workspace_id, parent_workspace_id, currency, outstanding_minor, due_on, payment_failed_at)
        VALUES (NEW.id, NEW.workspace_id, {PARENT.format(row="NEW")}, NEW.currency,
            NEW.total_minor - NEW.paid_minor, NEW.due_on, {LAST_FAILED.format(i="NEW")})
        ON CONFLICT (invoice_id) DO UPDATE SET outstanding_minor = excluded.outstanding_minor,
            payment_failed_at = excluded.payment_failed_at;
    ELSE
        DELETE FROM owed_invoices WHERE invoice_id = NEW.id;
    END IF;
    RETURN NULL;
END $$
"""
FAIL = """
CREATE FUNCTION fail_owed_invoices() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE owed_invoices o SET payment_failed_at = NEW.settled_at FROM payment_allocations a
    WHERE a.payment_id = NEW.id AND o.invoice_id = a.invoice_id;
    RETURN NULL;
END $$
"""
MOVE = """
CREATE FUNCTION move_owed_invoices() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE owed_invoices SET parent_workspace_id = NEW.parent_workspace_id
     WHERE workspace_id = NEW.id AND parent_workspace_id IS DISTINCT FROM NEW.parent_workspace_id;
    RETURN NULL;
END $$
"""
FUNCTIONS = {"keep_owed_invoice": KEEP, "fail_owed_invoices": FAIL, "move_owed_invoices": MOVE}
TRIGGERS = {
    "keep_owed_invoice": "AFTER UPDATE OF status, paid_minor ON invoices FOR EACH ROW",
    "fail_owed_invoices": "AFTER UPDATE OF state ON payments FOR EACH ROW"
    f" WHEN (OLD.state <> NEW.state AND {FAILED.format(p='NEW')})",
    "move_owed_invoices": "AFTER INSERT OR UPDATE OF parent_workspace_id ON workspace_copies FOR EACH ROW",
}
FILL = f"""
INSERT INTO owed_invoices
    (invoice_id, workspace_id, parent_workspace_id, currency, outstanding_minor, due_on, payment_failed_at)
SELECT i.id, i.workspace_id, {PARENT.format(row="i")}, i.currency, i.total_minor - i.paid_minor, i.due_on,
    {LAST_FAILED.format(i="i")}
FROM invoices i WHERE i.status IN ('open', 'partially_paid')
"""
READ = ("invoices", "payments", "payment_allocations")


def upgrade() -> None:
    op.execute(TABLE)
    for name, function in FUNCTIONS.items():
        op.execute(function)
        op.execute(f"REVOKE EXECUTE ON FUNCTION {name} FROM PUBLIC")
        op.execute(f"CREATE TRIGGER {name} {TRIGGERS[name]} EXECUTE FUNCTION {name}()")
    # FORCE applies row security to the owner too. It is lifted for the owner alone, within this transaction.
    for table in READ:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute(FILL)
    for table in READ:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    for index in INDEXES:
        op.execute(index)


def downgrade() -> None:
    for name, trigger in TRIGGERS.items():
        table = trigger.partition(" ON ")[2].split()[0]
        op.execute(f"DROP TRIGGER {name} ON {table}")
    op.execute("DROP TABLE owed_invoices")
    for name in FUNCTIONS:
        op.execute(f"DROP FUNCTION {name}")
