"""Plans, bill groups, subscriptions with their clock, invoices that do not change, payments, MRR."""

from alembic import op

revision = "billing_0001"
down_revision = None
branch_labels = ("billing",)
depends_on = "plumbing_0001"

CATALOGUE = """
CREATE TABLE plans (
    id uuid CONSTRAINT pk_plans PRIMARY KEY,
    product_id uuid NOT NULL,
    display_name text NOT NULL,
    CONSTRAINT uq_plans_product_id_display_name UNIQUE (product_id, display_name)
);
CREATE TABLE plan_versions (
    id uuid CONSTRAINT pk_plan_versions PRIMARY KEY,
    plan_id uuid NOT NULL CONSTRAINT fk_plan_versions_plan_id REFERENCES plans,
    version integer NOT NULL,
    currency text NOT NULL CONSTRAINT ck_plan_versions_currency CHECK (currency ~ '^[A-Z]{3}$'),
    recurring_minor bigint NOT NULL CONSTRAINT ck_plan_versions_recurring CHECK (recurring_minor >= 0),
    one_off_minor bigint NOT NULL CONSTRAINT ck_plan_versions_one_off CHECK (one_off_minor >= 0),
    interval_months integer NOT NULL CONSTRAINT ck_plan_versions_interval CHECK (interval_months > 0),
    published_at timestamptz NOT NULL,
    CONSTRAINT uq_plan_versions_plan_id_version UNIQUE (plan_id, version)
);
"""

BILL_GROUPS = """
CREATE TABLE bill_groups (
    bill_group_id uuid CONSTRAINT pk_bill_groups PRIMARY KEY,
    workspace_id uuid NOT NULL,
    display_name text NOT NULL,
    currency text NOT NULL CONSTRAINT ck_bill_groups_currency CHECK (currency ~ '^[A-Z]{3}$'),
    is_default boolean NOT NULL,
    frequency text NOT NULL,
    terms_days integer NOT NULL,
    auto_pay boolean NOT NULL,
    po_number text NOT NULL,
    vat_number text NOT NULL,
    registration_number text NOT NULL,
    anchor_on date,
    next_billing_on date,
    version integer NOT NULL,
    CONSTRAINT uq_bill_groups_bill_group_id_currency UNIQUE (bill_group_id, currency)
);
CREATE INDEX ix_bill_groups_workspace_id ON bill_groups (workspace_id);
CREATE UNIQUE INDEX uq_bill_groups_default ON bill_groups (workspace_id) WHERE is_default;
CREATE INDEX ix_bill_groups_next_billing_on ON bill_groups (next_billing_on, bill_group_id)
    WHERE next_billing_on IS NOT NULL;
CREATE TABLE bill_group_contacts (
    bill_group_id uuid NOT NULL CONSTRAINT fk_bill_group_contacts_bill_group_id REFERENCES bill_groups,
    kind text NOT NULL CONSTRAINT ck_bill_group_contacts_kind CHECK (kind IN ('billing', 'shipping')),
    workspace_id uuid NOT NULL,
    address text NOT NULL,
    display_name text NOT NULL,
    company text NOT NULL,
    street text NOT NULL,
    postal_code text NOT NULL,
    city text NOT NULL,
    country text NOT NULL,
    CONSTRAINT pk_bill_group_contacts PRIMARY KEY (bill_group_id, kind)
);
CREATE INDEX ix_bill_group_contacts_workspace_id ON bill_group_contacts (workspace_id);
CREATE TABLE people (
    user_id uuid CONSTRAINT pk_people PRIMARY KEY,
    address text NOT NULL,
    display_name text NOT NULL,
    version integer NOT NULL
);
"""

SUBSCRIPTIONS = """
CREATE TABLE subscriptions (
    id uuid CONSTRAINT pk_subscriptions PRIMARY KEY,
    workspace_id uuid NOT NULL,
    bill_group_id uuid NOT NULL,
    service_id uuid NOT NULL CONSTRAINT uq_subscriptions_service_id UNIQUE,
    service_version integer NOT NULL,
    service_kind text NOT NULL,
    description text NOT NULL,
    plan_version_id uuid NOT NULL CONSTRAINT fk_subscriptions_plan_version_id REFERENCES plan_versions,
    quantity integer NOT NULL CONSTRAINT ck_subscriptions_quantity CHECK (quantity > 0),
    currency text NOT NULL,
    recurring_minor bigint NOT NULL,
    one_off_minor bigint NOT NULL,
    interval_months integer NOT NULL,
    ordered_by uuid,
    ordered_at timestamptz NOT NULL,
    correlation_id uuid NOT NULL,
    clock text NOT NULL
        CONSTRAINT ck_subscriptions_clock CHECK (clock IN ('not_started', 'pending', 'started', 'ended')),
    billing_starts_at timestamptz,
    billing_started_at timestamptz,
    ended_at timestamptz,
    end_reason text,
    billed_until date,
    version integer NOT NULL,
    CONSTRAINT fk_subscriptions_bill_group_id_currency FOREIGN KEY (bill_group_id, currency)
        REFERENCES bill_groups (bill_group_id, currency),
    CONSTRAINT ck_subscriptions_started CHECK (clock <> 'started' OR (billing_started_at, billed_until) IS NOT NULL)
);
CREATE INDEX ix_subscriptions_bill_group_id ON subscriptions (bill_group_id);
CREATE INDEX ix_subscriptions_due ON subscriptions (billing_starts_at) WHERE clock = 'pending';
CREATE INDEX ix_subscriptions_page ON subscriptions (workspace_id, ordered_at, id);
CREATE TABLE mrr (
    workspace_id uuid CONSTRAINT pk_mrr PRIMARY KEY,
    version integer NOT NULL,
    amounts jsonb NOT NULL
);
"""

INVOICES = """
CREATE TABLE number_series (
    series text,
    year integer,
    last_number integer NOT NULL,
    CONSTRAINT pk_number_series PRIMARY KEY (series, year)
);
CREATE TABLE invoices (
    id uuid CONSTRAINT pk_invoices PRIMARY KEY,
    workspace_id uuid NOT NULL,
    bill_group_id uuid NOT NULL,
    status text NOT NULL CONSTRAINT ck_invoices_status CHECK (status IN ('draft', 'open', 'paid')),
    currency text NOT NULL,
    net_minor bigint NOT NULL,
    tax_minor bigint NOT NULL,
    total_minor bigint NOT NULL CONSTRAINT ck_invoices_total CHECK (total_minor = net_minor + tax_minor),
    paid_minor bigint NOT NULL CONSTRAINT ck_invoices_paid CHECK (paid_minor BETWEEN 0 AND total_minor),
    number text COLLATE "C" CONSTRAINT uq_invoices_number UNIQUE,
    series text,
    series_year integer,
    sequence integer,
    issued_on date,
    due_on date,
    issued_at timestamptz,
    seller jsonb,
    buyer jsonb,
    version integer NOT NULL,
    CONSTRAINT uq_invoices_series_series_year_sequence UNIQUE (series, series_year, sequence),
    CONSTRAINT fk_invoices_bill_group_id_currency FOREIGN KEY (bill_group_id, currency)
        REFERENCES bill_groups (bill_group_id, currency),
    CONSTRAINT ck_invoices_issued CHECK (status = 'draft' OR
        (number, series, series_year, sequence, issued_on, due_on, issued_at, seller, buyer) IS NOT NULL)
);
CREATE INDEX ix_invoices_page ON invoices (workspace_id, issued_on, number);
CREATE INDEX ix_invoices_open ON invoices (workspace_id, bill_group_id) WHERE status = 'open';
CREATE TABLE invoice_lines (
    id uuid CONSTRAINT pk_invoice_lines PRIMARY KEY,
    workspace_id uuid NOT NULL,
    bill_group_id uuid NOT NULL,
    invoice_id uuid NOT NULL CONSTRAINT fk_invoice_lines_invoice_id REFERENCES invoices,
    position integer NOT NULL,
    kind text NOT NULL CONSTRAINT ck_invoice_lines_kind CHECK (kind IN ('recurring', 'one_off')),
    subscription_id uuid NOT NULL CONSTRAINT fk_invoice_lines_subscription_id REFERENCES subscriptions,
    service_id uuid NOT NULL,
    service_kind text NOT NULL,
    description text NOT NULL,
    period_from date NOT NULL,
    period_to date NOT NULL,
    quantity integer NOT NULL,
    currency text NOT NULL,
    unit_minor bigint NOT NULL,
    net_minor bigint NOT NULL,
    tax_percent numeric(5, 2) NOT NULL,
    tax_minor bigint NOT NULL,
    CONSTRAINT uq_invoice_lines_subscription_id_kind_period_from UNIQUE (subscription_id, kind, period_from)
);
CREATE INDEX ix_invoice_lines_invoice_id ON invoice_lines (invoice_id);
"""

# What is issued stays (D21). A draft may still change; of an issued invoice only what was paid may, and only forwards.
IMMUTABLE = """
CREATE FUNCTION keep_issued_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
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
END $$;
CREATE TRIGGER keep_issued_invoice BEFORE UPDATE OR DELETE ON invoices
    FOR EACH ROW EXECUTE FUNCTION keep_issued_invoice();

CREATE FUNCTION keep_issued_lines() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    line invoice_lines := coalesce(NEW, OLD);
BEGIN
    IF EXISTS (SELECT FROM invoices WHERE id = line.invoice_id AND status = 'draft')
        AND (TG_OP <> 'UPDATE' OR NEW.invoice_id = OLD.invoice_id)
    THEN
        RETURN line;
    END IF;
    RAISE EXCEPTION 'The lines of an issued invoice cannot change.' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER keep_issued_lines BEFORE INSERT OR UPDATE OR DELETE ON invoice_lines
    FOR EACH ROW EXECUTE FUNCTION keep_issued_lines();
"""

PAYMENTS = """
CREATE TABLE payments (
    id uuid CONSTRAINT pk_payments PRIMARY KEY,
    workspace_id uuid NOT NULL,
    bill_group_id uuid NOT NULL,
    invoice_id uuid NOT NULL CONSTRAINT fk_payments_invoice_id REFERENCES invoices,
    state text NOT NULL CONSTRAINT ck_payments_state
        CHECK (state IN ('created', 'requires_action', 'processing', 'succeeded', 'failed')),
    currency text NOT NULL,
    amount_minor bigint NOT NULL CONSTRAINT ck_payments_amount CHECK (amount_minor > 0),
    pay_url text,
    failure_reason text,
    begun_by uuid NOT NULL,
    correlation_id uuid NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    version integer NOT NULL
);
CREATE INDEX ix_payments_invoice_id ON payments (invoice_id);
CREATE UNIQUE INDEX uq_payments_live_attempt ON payments (invoice_id)
    WHERE state IN ('created', 'requires_action', 'processing', 'succeeded');
CREATE INDEX ix_payments_expires_at ON payments (expires_at) WHERE state = 'requires_action';
CREATE TABLE gateway_events (
    event_id uuid CONSTRAINT pk_gateway_events PRIMARY KEY,
    workspace_id uuid NOT NULL,
    signed_at timestamptz NOT NULL,
    received_at timestamptz NOT NULL
);
"""

TABLES = (
    "bill_groups",
    "bill_group_contacts",
    "subscriptions",
    "invoices",
    "invoice_lines",
    "payments",
    "plans",
    "plan_versions",
    "number_series",
    "people",
    "mrr",
    "gateway_events",
)


def upgrade() -> None:
    for part in (CATALOGUE, BILL_GROUPS, SUBSCRIPTIONS, INVOICES, PAYMENTS):
        for statement in part.split(";\n"):
            if statement.strip():
                op.execute(statement)
    for statement in IMMUTABLE.split("\n\n"):
        function, trigger = statement.split("$$;")
        op.execute(f"{function}$$")
        op.execute(trigger)


def downgrade() -> None:
    op.execute(f"DROP TABLE {', '.join(TABLES)}")
    op.execute("DROP FUNCTION keep_issued_invoice, keep_issued_lines")
