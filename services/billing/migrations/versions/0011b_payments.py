"""Payments pay several invoices or parts of them; what is too much is the customer's credit; saved methods are charged;
refunds, returned debits and disputes are recorded."""

from alembic import op

revision = "billing_0011b"
down_revision = "billing_0011"
branch_labels = None
depends_on = None

LIVE = "('created', 'requires_action', 'processing')"
ALLOCATIONS = (
    """
    CREATE TABLE payment_allocations (
        payment_id uuid NOT NULL CONSTRAINT fk_payment_allocations_payment_id REFERENCES payments,
        invoice_id uuid NOT NULL CONSTRAINT fk_payment_allocations_invoice_id REFERENCES invoices,
        workspace_id uuid NOT NULL,
        bill_group_id uuid NOT NULL,
        position integer NOT NULL,
        asked_minor bigint NOT NULL CONSTRAINT ck_payment_allocations_asked CHECK (asked_minor > 0),
        paid_minor bigint NOT NULL CONSTRAINT ck_payment_allocations_paid CHECK (paid_minor >= 0),
        live boolean NOT NULL,
        CONSTRAINT pk_payment_allocations PRIMARY KEY (payment_id, invoice_id)
    )
    """,
    "CREATE UNIQUE INDEX uq_payment_allocations_live ON payment_allocations (invoice_id) WHERE live",
    "CREATE INDEX ix_payment_allocations_invoice_id ON payment_allocations (invoice_id)",
    f"""
    CREATE FUNCTION keep_live_allocations() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE payment_allocations SET live = NEW.state IN {LIVE}
        WHERE payment_id = NEW.id AND live <> (NEW.state IN {LIVE});
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER keep_live_allocations AFTER UPDATE OF state ON payments
        FOR EACH ROW EXECUTE FUNCTION keep_live_allocations()
    """,
)
"""One attempt per invoice may be live. The trigger follows the state, so that no code can forget it."""

COLUMNS = (
    "gateway text NOT NULL DEFAULT 'simulator'",
    "reference text",
    "payment_method_id uuid CONSTRAINT fk_payments_payment_method_id REFERENCES payment_methods",
    "refunded_minor bigint NOT NULL DEFAULT 0",
    "uncovered_minor bigint NOT NULL DEFAULT 0 CONSTRAINT ck_payments_uncovered CHECK (uncovered_minor >= 0)",
    "dispute text CONSTRAINT ck_payments_dispute CHECK (dispute IN ('open', 'won', 'lost'))",
)
STATES = "'created', 'requires_action', 'processing', 'succeeded', 'failed'"
TENANTS = ("payments", "payment_allocations", "credits", "credit_entries", "invoices")

MOVE = (
    f"""
    INSERT INTO payment_allocations
        (payment_id, invoice_id, workspace_id, bill_group_id, position, asked_minor, paid_minor, live)
    SELECT id, invoice_id, workspace_id, bill_group_id, 1, amount_minor,
           CASE state WHEN 'succeeded' THEN amount_minor ELSE 0 END, state IN {LIVE}
    FROM payments
    """,
    """
    INSERT INTO credit_entries (id, workspace_id, bill_group_id, currency, kind, minor, payment_id, at)
    SELECT gen_random_uuid(), workspace_id, bill_group_id, currency, 'surplus', amount_minor, id,
           coalesce(settled_at, begun_at)
    FROM payments WHERE state = 'surplus'
    """,
    "UPDATE payments SET state = 'succeeded' WHERE state = 'surplus'",
)
BACK = (
    """
    UPDATE payments p SET invoice_id = a.invoice_id FROM payment_allocations a
    WHERE a.payment_id = p.id AND a.position = 1
    """,
    """
    UPDATE payments p SET state = 'surplus' WHERE state = 'succeeded'
        AND NOT EXISTS (SELECT FROM payment_allocations a WHERE a.payment_id = p.id AND a.paid_minor > 0)
    """,
    "UPDATE payments SET state = 'failed' WHERE state = 'returned'",
    "UPDATE invoices SET status = 'open', version = version + 1 WHERE status = 'partially_paid'",
)

LEASED = """
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
    CONSTRAINT ck_{0}_lease CHECK (lease_id IS NULL OR due_at IS NOT NULL),
    CONSTRAINT ck_{0}_tries CHECK (tries >= 0)
"""
REFUNDS = f"""
CREATE TABLE refunds (
    id uuid CONSTRAINT pk_refunds PRIMARY KEY,
    workspace_id uuid NOT NULL,
    bill_group_id uuid NOT NULL,
    payment_id uuid NOT NULL CONSTRAINT fk_refunds_payment_id REFERENCES payments,
    state text NOT NULL CONSTRAINT ck_refunds_state CHECK (state IN ('requested', 'processing', 'done', 'failed')),
    outside boolean NOT NULL,
    amount_minor bigint NOT NULL CONSTRAINT ck_refunds_amount CHECK (amount_minor > 0),
    currency text NOT NULL,
    reason text,
    requested_at timestamptz NOT NULL,
    settled_at timestamptz,
    version integer NOT NULL,
    {LEASED.format("refunds")}
)
"""
CHARGES = f"""
CREATE TABLE charges (
    id uuid CONSTRAINT pk_charges PRIMARY KEY,
    workspace_id uuid NOT NULL,
    bill_group_id uuid NOT NULL,
    invoice_id uuid NOT NULL CONSTRAINT uq_charges_invoice_id UNIQUE
        CONSTRAINT fk_charges_invoice_id REFERENCES invoices,
    payment_id uuid CONSTRAINT fk_charges_payment_id REFERENCES payments,
    state text NOT NULL CONSTRAINT ck_charges_state
        CHECK (state IN ('waiting', 'charging', 'processing', 'done', 'stopped', 'exhausted')),
    failures integer NOT NULL CONSTRAINT ck_charges_failures CHECK (failures BETWEEN 0 AND 5),
    next_at timestamptz,
    {LEASED.format("charges")}
)
"""
SIMULATED = f"""
CREATE TABLE simulated_payments (
    id uuid CONSTRAINT pk_simulated_payments PRIMARY KEY,
    workspace_id uuid NOT NULL,
    key text NOT NULL CONSTRAINT uq_simulated_payments_key UNIQUE,
    answer jsonb NOT NULL,
    events jsonb NOT NULL,
    next_at timestamptz,
    {LEASED.format("simulated_payments")}
)
"""
INDEXES = (
    "CREATE INDEX ix_refunds_payment_id ON refunds (payment_id)",
    *(f"CREATE INDEX ix_{table}_due_at ON {table} (due_at) WHERE due_at IS NOT NULL"
      for table in ("refunds", "charges", "simulated_payments")),
    *(f"CREATE INDEX ix_{table}_next_at ON {table} (next_at) WHERE due_at IS NULL AND next_at IS NOT NULL"
      for table in ("charges", "simulated_payments")),
    "CREATE INDEX ix_payments_group ON payments (bill_group_id, begun_at, id)",
)  # fmt: skip

KEEP_ISSUED = """
CREATE OR REPLACE FUNCTION keep_issued_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moving text[] := '{{status,paid_minor,version,reminded,staff_told}}';
BEGIN
    IF OLD.status = 'draft' THEN
        RETURN coalesce(NEW, OLD);
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.version > OLD.version
        AND NEW.reminded >= OLD.reminded AND NEW.staff_told >= OLD.staff_told
        AND {condition}
        AND to_jsonb(NEW) - moving = to_jsonb(OLD) - moving
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Invoice % is issued and cannot change.', OLD.number USING ERRCODE = 'restrict_violation';
END $$
"""
"""What is issued stays (D21). What was paid may become less: a bank takes a debit back."""
FREELY = "NEW.status <> 'draft'"
FORWARDS = """NEW.paid_minor >= OLD.paid_minor
        AND (NEW.status = OLD.status OR (OLD.status, NEW.status) = ('open', 'paid'))"""

TOTALS = """
CREATE OR REPLACE FUNCTION keep_totals() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    was_open bigint := CASE WHEN OLD.status IN {owed} THEN OLD.total_minor - OLD.paid_minor ELSE 0 END;
    is_open bigint := CASE WHEN NEW.status IN {owed} THEN NEW.total_minor - NEW.paid_minor ELSE 0 END;
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
UNPAID = "CREATE INDEX ix_invoices_unpaid ON invoices (reminded, due_on, id) WHERE status IN {} AND NOT staff_told"
CHARGED = "CREATE INDEX ix_invoices_owed ON invoices (bill_group_id, due_on, id) WHERE status IN {}"
BOTH, OPEN = "('open', 'partially_paid')", "('open')"
STATUS = "ALTER TABLE invoices ADD CONSTRAINT ck_invoices_status CHECK (status IN ({}))"
FITS = """
ALTER TABLE invoices ADD CONSTRAINT ck_invoices_paid_status CHECK (
    (status <> 'paid' OR paid_minor = total_minor) AND (status NOT IN ('draft', 'open') OR paid_minor = 0)
    AND (status <> 'partially_paid' OR (paid_minor > 0 AND paid_minor < total_minor)))
"""


def upgrade() -> None:
    for statement in ALLOCATIONS:
        op.execute(statement)
    _allow_states(f"{STATES}, 'surplus', 'returned'")
    _across_tenants(MOVE)
    _allow_states(f"{STATES}, 'returned'")
    op.execute("ALTER TABLE payments DROP COLUMN invoice_id")  # its indexes go with it
    for column in COLUMNS:
        op.execute(f"ALTER TABLE payments ADD COLUMN {column}")
    refunded = "CHECK (refunded_minor BETWEEN 0 AND amount_minor)"
    op.execute(f"ALTER TABLE payments ADD CONSTRAINT ck_payments_refunded {refunded}")
    for statement in (REFUNDS, CHARGES, SIMULATED, *INDEXES):
        op.execute(statement)
    _allow_statuses("'draft', 'open', 'partially_paid', 'paid'", BOTH, FREELY)
    op.execute(FITS)
    op.execute(CHARGED.format(BOTH))


def downgrade() -> None:
    op.execute("DROP INDEX ix_invoices_owed, ix_payments_group")
    op.execute("ALTER TABLE invoices DROP CONSTRAINT ck_invoices_paid_status")
    op.execute("DROP TABLE simulated_payments, charges, refunds")
    op.execute("ALTER TABLE payments ADD COLUMN invoice_id uuid CONSTRAINT fk_payments_invoice_id REFERENCES invoices")
    _allow_states(f"{STATES}, 'surplus', 'returned'")
    _across_tenants(BACK)
    _allow_statuses("'draft', 'open', 'paid'", OPEN, FORWARDS)
    _allow_states(f"{STATES}, 'surplus'")
    op.execute("ALTER TABLE payments ALTER COLUMN invoice_id SET NOT NULL")
    for column in COLUMNS:
        op.execute(f"ALTER TABLE payments DROP COLUMN {column.split()[0]}")
    op.execute("DROP TRIGGER keep_live_allocations ON payments")
    op.execute("DROP TABLE payment_allocations")
    op.execute("DROP FUNCTION keep_live_allocations")
    op.execute(f"CREATE UNIQUE INDEX uq_payments_live_attempt ON payments (invoice_id) WHERE state IN {LIVE}")
    op.execute("CREATE UNIQUE INDEX uq_payments_succeeded ON payments (invoice_id) WHERE state = 'succeeded'")
    op.execute("CREATE INDEX ix_payments_page ON payments (invoice_id, begun_at, id)")


def _allow_statuses(statuses: str, owed: str, condition: str) -> None:
    op.execute("ALTER TABLE invoices DROP CONSTRAINT ck_invoices_status")
    op.execute(STATUS.format(statuses))
    op.execute(KEEP_ISSUED.format(condition=condition))
    op.execute(TOTALS.format(owed=owed))
    op.execute("DROP INDEX ix_invoices_unpaid")
    op.execute(UNPAID.format(owed))


def _allow_states(states: str) -> None:
    op.execute("ALTER TABLE payments DROP CONSTRAINT ck_payments_state")
    op.execute(f"ALTER TABLE payments ADD CONSTRAINT ck_payments_state CHECK (state IN ({states}))")


def _across_tenants(statements: tuple[str, ...]) -> None:
    """FORCE applies row security to the owner too. It is lifted for the owner alone, within this transaction. Tables
    that are new have none yet."""
    for table in TENANTS:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    for statement in statements:
        op.execute(statement)
    for table in TENANTS:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
