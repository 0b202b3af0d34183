"""Saved payment methods, and the credit of bill groups."""

from alembic import op

revision = "billing_0011"
down_revision = "billing_0009"
branch_labels = None
depends_on = None

ORIGIN = """
    correlation_id uuid NOT NULL,
    begun_by uuid,
    begun_by_address text,
    begun_via text NOT NULL,
    causation_id uuid,
    parent_workspace_id uuid,
    traceparent text,
"""
# No number of a card gets in, whatever code does: 12 digits and more, perhaps in groups.
NO_NUMBER = r"!~ '[0-9]([ .-]?[0-9]){11}'"

METHODS = f"""
CREATE TABLE payment_methods (
    id uuid CONSTRAINT pk_payment_methods PRIMARY KEY,
    workspace_id uuid NOT NULL,
    bill_group_id uuid NOT NULL CONSTRAINT fk_payment_methods_bill_group_id REFERENCES bill_groups,
    gateway text NOT NULL,
    kind text NOT NULL CONSTRAINT ck_payment_methods_kind CHECK (kind IN ('card', 'sepa_debit', 'ach_debit')),
    state text NOT NULL CONSTRAINT ck_payment_methods_state
        CHECK (state IN ('requested', 'pending_verification', 'active', 'expired', 'removed')),
    reference text,
    label text NOT NULL CONSTRAINT ck_payment_methods_label CHECK (label {NO_NUMBER}),
    brand text NOT NULL CONSTRAINT ck_payment_methods_brand CHECK (brand {NO_NUMBER}),
    last_four text NOT NULL CONSTRAINT ck_payment_methods_last_four CHECK (length(last_four) <= 4),
    expires_on date,
    is_default boolean NOT NULL,
    notices integer NOT NULL CONSTRAINT ck_payment_methods_notices CHECK (notices BETWEEN 0 AND 2),
    return_url text NOT NULL,
    requested_at timestamptz NOT NULL,
    page_until timestamptz NOT NULL,
    version integer NOT NULL,
    {ORIGIN}
    due_at timestamptz,
    lease_id uuid,
    tries integer NOT NULL,
    CONSTRAINT ck_payment_methods_lease CHECK (lease_id IS NULL OR due_at IS NOT NULL),
    CONSTRAINT ck_payment_methods_tries CHECK (tries >= 0),
    CONSTRAINT ck_payment_methods_known
        CHECK (state IN ('requested', 'removed') OR (reference IS NOT NULL AND last_four <> '')),
    CONSTRAINT ck_payment_methods_default CHECK (NOT is_default OR state IN ('active', 'expired'))
)
"""
METHOD_INDEXES = (
    "CREATE UNIQUE INDEX uq_payment_methods_default ON payment_methods (bill_group_id) WHERE is_default",
    "CREATE INDEX ix_payment_methods_bill_group_id ON payment_methods (bill_group_id)",
    "CREATE INDEX ix_payment_methods_due_at ON payment_methods (due_at) WHERE due_at IS NOT NULL",
    """CREATE INDEX ix_payment_methods_expires_on ON payment_methods (expires_on)
       WHERE state = 'active' AND expires_on IS NOT NULL""",
)

CREDITS = (
    """
    CREATE TABLE credits (
        bill_group_id uuid CONSTRAINT pk_credits PRIMARY KEY,
        workspace_id uuid NOT NULL,
        currency text NOT NULL,
        minor bigint NOT NULL CONSTRAINT ck_credits_minor CHECK (minor >= 0),
        version integer NOT NULL,
        CONSTRAINT fk_credits_bill_group_id_currency FOREIGN KEY (bill_group_id, currency)
            REFERENCES bill_groups (bill_group_id, currency)
    )
    """,
    """
    CREATE TABLE credit_entries (
        id uuid CONSTRAINT pk_credit_entries PRIMARY KEY,
        workspace_id uuid NOT NULL,
        bill_group_id uuid NOT NULL,
        currency text NOT NULL,
        kind text NOT NULL CONSTRAINT ck_credit_entries_kind
            CHECK (kind IN ('surplus', 'applied', 'unapplied', 'refund', 'refund_failed', 'taken_back')),
        minor bigint NOT NULL CONSTRAINT ck_credit_entries_minor
            CHECK (minor <> 0 AND (minor > 0) = (kind IN ('surplus', 'unapplied', 'refund_failed'))),
        payment_id uuid,
        invoice_id uuid,
        refund_id uuid,
        at timestamptz NOT NULL,
        CONSTRAINT fk_credit_entries_bill_group_id_currency FOREIGN KEY (bill_group_id, currency)
            REFERENCES bill_groups (bill_group_id, currency),
        CONSTRAINT ck_credit_entries_about CHECK (CASE
            WHEN kind IN ('surplus', 'taken_back') THEN payment_id IS NOT NULL
            WHEN kind IN ('applied', 'unapplied') THEN invoice_id IS NOT NULL
            ELSE refund_id IS NOT NULL END)
    )
    """,
    "CREATE INDEX ix_credit_entries_page ON credit_entries (bill_group_id, at, id)",
    "CREATE INDEX ix_credit_entries_invoice_id ON credit_entries (invoice_id) WHERE invoice_id IS NOT NULL",
    "CREATE UNIQUE INDEX uq_credit_entries_refund ON credit_entries (refund_id, kind) WHERE refund_id IS NOT NULL",
    """
    CREATE FUNCTION keep_credit() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE credits SET minor = minor + NEW.minor, version = version + 1 WHERE bill_group_id = NEW.bill_group_id;
        IF NOT FOUND THEN
            INSERT INTO credits (bill_group_id, workspace_id, currency, minor, version)
            VALUES (NEW.bill_group_id, NEW.workspace_id, NEW.currency, NEW.minor, 1)
            ON CONFLICT (bill_group_id)
                DO UPDATE SET minor = credits.minor + excluded.minor, version = credits.version + 1;
        END IF;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER keep_credit AFTER INSERT ON credit_entries FOR EACH ROW EXECUTE FUNCTION keep_credit()
    """,
)


def upgrade() -> None:
    for statement in (METHODS, *METHOD_INDEXES, *CREDITS):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE credit_entries, credits, payment_methods")
    op.execute("DROP FUNCTION keep_credit")
