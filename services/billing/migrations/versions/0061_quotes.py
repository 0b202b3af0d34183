"""Quotes, and plans for one customer alone. These count as withdrawn from the beginning: the version that still runs
beside this migration lists and offers none of them."""

from alembic import op

revision = "billing_0061"
down_revision = "billing_0060"
branch_labels = None
depends_on = None

ORIGIN = """
    correlation_id uuid NOT NULL, begun_by uuid, begun_by_address text, begun_via text NOT NULL, causation_id uuid,
    parent_workspace_id uuid, traceparent text
"""
TABLES = (
    """
CREATE TABLE quotes (
    id uuid NOT NULL CONSTRAINT pk_quotes PRIMARY KEY,
    serial bigint GENERATED ALWAYS AS IDENTITY (START WITH 10001) CONSTRAINT uq_quotes_serial UNIQUE,
    number text NOT NULL GENERATED ALWAYS AS ('Q-' || serial) STORED,
    workspace_id uuid NOT NULL, bill_group_id uuid NOT NULL, currency text NOT NULL,
    state text NOT NULL, version integer NOT NULL, wish text NOT NULL, wished jsonb,
    requested_by uuid, requested_by_address text, requested_at timestamptz NOT NULL,
    offer_version integer NOT NULL, valid_until date, gross_minor bigint, reminded boolean NOT NULL,
    accepted_by uuid, accepted_by_address text, accepted_name text, po_number text, accepted_at timestamptz,
    accepted_sha256 text, reason text, ended_at timestamptz, order_failure text, order_tries integer NOT NULL,
    CONSTRAINT fk_quotes_bill_group_id_currency FOREIGN KEY (bill_group_id, currency)
        REFERENCES bill_groups (bill_group_id, currency),
    CONSTRAINT ck_quotes_accepted CHECK ((state IN ('accepted', 'ordered')) = (accepted_at IS NOT NULL)),
    CONSTRAINT ck_quotes_acceptance CHECK (num_nulls(accepted_at, accepted_by, accepted_name, po_number) IN (0, 4)),
    CONSTRAINT ck_quotes_offered CHECK (state <> 'offered' OR offer_version > 0 AND valid_until IS NOT NULL),
    CONSTRAINT ck_quotes_order_failure CHECK (order_failure IS NULL OR state = 'accepted'),
    CONSTRAINT ck_quotes_lengths CHECK (length(wish) <= 2000 AND length(reason) <= 500 AND length(accepted_name) <= 200
        AND length(po_number) <= 60)
)""",
    f"""
CREATE TABLE quote_offers (
    id uuid NOT NULL CONSTRAINT pk_quote_offers PRIMARY KEY,
    quote_id uuid NOT NULL CONSTRAINT fk_quote_offers_quote_id_quotes REFERENCES quotes,
    version integer NOT NULL, workspace_id uuid NOT NULL, bill_group_id uuid NOT NULL, number text NOT NULL,
    currency text NOT NULL, tax_percent numeric(5, 2) NOT NULL, once_net_minor bigint NOT NULL,
    once_tax_minor bigint NOT NULL, recurring jsonb NOT NULL, gross_minor bigint NOT NULL, valid_until date NOT NULL,
    terms text NOT NULL, document jsonb NOT NULL, offered_at timestamptz NOT NULL,
    key text, sha256 text, size bigint, failure text, {ORIGIN},
    due_at timestamptz DEFAULT clock_timestamp(), lease_id uuid, tries integer NOT NULL,
    CONSTRAINT uq_quote_offers_quote_id_version UNIQUE (quote_id, version),
    CONSTRAINT ck_quote_offers_file CHECK (num_nulls(key, sha256, size) IN (0, 3)),
    CONSTRAINT ck_quote_offers_terms CHECK (length(terms) <= 4000),
    CONSTRAINT ck_quote_offers_lease CHECK (lease_id IS NULL OR due_at IS NOT NULL),
    CONSTRAINT ck_quote_offers_tries CHECK (tries >= 0)
)""",
    """
CREATE TABLE quote_lines (
    id uuid NOT NULL CONSTRAINT pk_quote_lines PRIMARY KEY,
    quote_id uuid NOT NULL, version integer NOT NULL, position integer NOT NULL, workspace_id uuid NOT NULL,
    bill_group_id uuid NOT NULL, product_id uuid NOT NULL,
    plan_version_id uuid NOT NULL CONSTRAINT fk_quote_lines_plan_version_id_plan_versions REFERENCES plan_versions,
    display_name text NOT NULL, configuration jsonb NOT NULL, quantity integer NOT NULL, currency text NOT NULL,
    interval_months integer NOT NULL, billed text NOT NULL, term_months integer NOT NULL, at_term_end text NOT NULL,
    unit_minor bigint NOT NULL, once_unit_minor bigint NOT NULL, net_minor bigint NOT NULL, tax_minor bigint NOT NULL,
    once_net_minor bigint NOT NULL, once_tax_minor bigint NOT NULL, order_id uuid,
    CONSTRAINT fk_quote_lines_quote_id_version_quote_offers FOREIGN KEY (quote_id, version)
        REFERENCES quote_offers (quote_id, version),
    CONSTRAINT uq_quote_lines_quote_id_version_position UNIQUE (quote_id, version, position)
)""",
    """
CREATE TABLE quote_messages (
    id uuid NOT NULL CONSTRAINT pk_quote_messages PRIMARY KEY,
    quote_id uuid NOT NULL CONSTRAINT fk_quote_messages_quote_id_quotes REFERENCES quotes,
    workspace_id uuid NOT NULL, bill_group_id uuid NOT NULL, from_seller boolean NOT NULL, written_by uuid NOT NULL,
    written_by_address text NOT NULL, written_at timestamptz NOT NULL, body text NOT NULL,
    CONSTRAINT ck_quote_messages_body CHECK (length(body) BETWEEN 1 AND 2000)
)""",
    """
CREATE TABLE quote_drafts (
    quote_id uuid NOT NULL CONSTRAINT pk_quote_drafts PRIMARY KEY
        CONSTRAINT fk_quote_drafts_quote_id_quotes REFERENCES quotes,
    workspace_id uuid NOT NULL, version integer NOT NULL, lines jsonb NOT NULL, valid_until date, terms text NOT NULL,
    CONSTRAINT ck_quote_drafts_terms CHECK (length(terms) <= 4000)
)""",
    """
CREATE TABLE quote_notes (
    id uuid NOT NULL CONSTRAINT pk_quote_notes PRIMARY KEY,
    quote_id uuid NOT NULL CONSTRAINT fk_quote_notes_quote_id_quotes REFERENCES quotes,
    workspace_id uuid NOT NULL, written_by uuid NOT NULL, written_by_address text NOT NULL,
    written_at timestamptz NOT NULL, body text NOT NULL,
    CONSTRAINT ck_quote_notes_body CHECK (length(body) BETWEEN 1 AND 2000)
)""",
)
INDEXES = (
    "CREATE INDEX ix_quotes_page ON quotes (workspace_id, requested_at, id)",
    "CREATE INDEX ix_quotes_state ON quotes (workspace_id, state, requested_at, id)",
    "CREATE INDEX ix_quotes_of_all ON quotes (requested_at, id)",
    "CREATE INDEX ix_quotes_of_all_by_state ON quotes (state, requested_at, id)",
    "CREATE INDEX ix_quotes_valid_until ON quotes (valid_until, id) WHERE state = 'offered'",
    "CREATE INDEX ix_quote_offers_due_at ON quote_offers (due_at) WHERE due_at IS NOT NULL",
    "CREATE UNIQUE INDEX uq_quote_lines_plan_version_id ON quote_lines (plan_version_id)",
    "CREATE UNIQUE INDEX uq_quote_lines_order_id ON quote_lines (order_id) WHERE order_id IS NOT NULL",
    "CREATE INDEX ix_quote_messages_quote_id ON quote_messages (quote_id, written_at, id)",
    "CREATE INDEX ix_quote_drafts_workspace_id ON quote_drafts (workspace_id)",
    "CREATE INDEX ix_quote_notes_quote_id ON quote_notes (quote_id, written_at, id)",
    "CREATE INDEX ix_quote_notes_workspace_id ON quote_notes (workspace_id)",
)


def upgrade() -> None:
    op.execute("ALTER TABLE plans ADD COLUMN offered_to uuid")
    for statement in (*TABLES, *INDEXES):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE quote_notes, quote_drafts, quote_messages, quote_lines, quote_offers, quotes")
    op.execute("UPDATE plans SET withdrawn_at = now() WHERE offered_to IS NOT NULL AND withdrawn_at IS NULL")
    op.execute("ALTER TABLE plans DROP COLUMN offered_to")
