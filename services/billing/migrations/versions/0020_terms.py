"""Subscriptions that change, pause and end: terms of plans and subscriptions, and lines that wait for an invoice.

The old version bills what has one price for ever, as before: everything that is new here has a default that says so.
"""

from alembic import op

revision = "billing_0020"
down_revision = "billing_0019"
branch_labels = None
depends_on = None

AT_TERM_END = "CHECK (at_term_end IN ('renew', 'continue', 'end'))"
TERM = "CHECK (term_months BETWEEN 0 AND 60)"
KINDS = "'recurring', 'one_off'"
MORE_KINDS = f"{KINDS}, 'unused', 'leaving'"
CLOCKS = "'not_started', 'pending', 'started', 'ended'"
COLUMNS = (
    ("plan_versions", f"term_months integer NOT NULL DEFAULT 0 CONSTRAINT ck_plan_versions_term {TERM}"),
    ("plan_versions", f"at_term_end text NOT NULL DEFAULT 'renew' CONSTRAINT ck_plan_versions_term_end {AT_TERM_END}"),
    ("plan_versions", "may_pause boolean NOT NULL DEFAULT false"),
    ("subscriptions", f"term_months integer NOT NULL DEFAULT 0 CONSTRAINT ck_subscriptions_term {TERM}"),
    ("subscriptions", f"at_term_end text NOT NULL DEFAULT 'renew' CONSTRAINT ck_subscriptions_term_end {AT_TERM_END}"),
    ("subscriptions", "may_pause boolean NOT NULL DEFAULT false"),
    ("subscriptions", "term_ends_on date"),
    ("subscriptions", "ends_on date"),
    ("subscriptions", "paused boolean NOT NULL DEFAULT false"),
    ("subscriptions", "once_billed boolean"),
    ("subscriptions", "terms integer NOT NULL DEFAULT 1"),
    ("subscriptions", "terms_from date"),
    ("subscriptions", "expiry_told integer"),
    ("invoice_lines", "terms integer NOT NULL DEFAULT 1"),
    ("invoice_lines", "pending_line_id uuid"),
)
PENDING = f"""
CREATE TABLE pending_lines (
    id uuid CONSTRAINT pk_pending_lines PRIMARY KEY,
    workspace_id uuid NOT NULL,
    bill_group_id uuid NOT NULL,
    subscription_id uuid NOT NULL CONSTRAINT fk_pending_lines_subscription_id REFERENCES subscriptions,
    terms integer NOT NULL,
    kind text NOT NULL CONSTRAINT ck_pending_lines_kind CHECK (kind IN ({MORE_KINDS})),
    period_from date NOT NULL,
    period_to date NOT NULL,
    interval_months integer,
    days integer,
    whole_days integer,
    quantity integer NOT NULL,
    currency text NOT NULL,
    unit_minor bigint NOT NULL,
    net_minor bigint NOT NULL,
    left_minor bigint NOT NULL,
    due_on date NOT NULL,
    CONSTRAINT fk_pending_lines_bill_group_id_currency FOREIGN KEY (bill_group_id, currency)
        REFERENCES bill_groups (bill_group_id, currency),
    CONSTRAINT ck_pending_lines_period CHECK (period_to >= period_from),
    CONSTRAINT ck_pending_lines_left CHECK (CASE WHEN kind = 'unused'
        THEN net_minor < 0 AND left_minor BETWEEN net_minor AND 0
        ELSE net_minor > 0 AND left_minor IN (0, net_minor) END)
)
"""
INDEXES = (
    "CREATE INDEX ix_pending_lines_left ON pending_lines (bill_group_id, due_on) WHERE left_minor <> 0",
    "CREATE INDEX ix_pending_lines_subscription_id ON pending_lines (subscription_id)",
    "CREATE INDEX ix_invoice_lines_pending_line_id ON invoice_lines (pending_line_id) WHERE pending_line_id IS NOT NULL",
    "CREATE INDEX ix_subscriptions_ends_on ON subscriptions (ends_on) WHERE clock <> 'ended' AND ends_on IS NOT NULL",
    "CREATE INDEX ix_subscriptions_term_ends_on ON subscriptions (term_ends_on)"
    " WHERE clock IN ('started', 'paused') AND term_ends_on IS NOT NULL",
)
OLD_UNIQUE = "uq_invoice_lines_subscription_id_kind_period_from"
UNIQUE = """
CREATE UNIQUE INDEX uq_invoice_lines_days ON invoice_lines (subscription_id, kind, terms, period_from)
WHERE kind <> 'unused'
"""


def upgrade() -> None:
    for table, column in COLUMNS:
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column}")
    op.execute(PENDING)
    op.execute(
        "ALTER TABLE invoice_lines ADD CONSTRAINT fk_invoice_lines_pending_line_id"
        " FOREIGN KEY (pending_line_id) REFERENCES pending_lines"
    )
    for statement in (UNIQUE, *INDEXES):
        op.execute(statement)
    op.execute(f"ALTER TABLE invoice_lines DROP CONSTRAINT {OLD_UNIQUE}")
    _allow(MORE_KINDS, f"{CLOCKS}, 'paused'", "clock NOT IN ('started', 'paused')")


def downgrade() -> None:
    _allow(KINDS, CLOCKS, "clock <> 'started'")
    op.execute(f"ALTER TABLE invoice_lines ADD CONSTRAINT {OLD_UNIQUE} UNIQUE (subscription_id, kind, period_from)")
    for table, column in reversed(COLUMNS):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column.split()[0]}")  # their indexes go with them
    op.execute("DROP TABLE pending_lines")


def _allow(kinds: str, clocks: str, not_started: str) -> None:
    for table, name, condition in (
        ("invoice_lines", "kind", f"kind IN ({kinds})"),
        ("subscriptions", "clock", f"clock IN ({clocks})"),
        ("subscriptions", "started", f"{not_started} OR (billing_started_at, unbilled_from) IS NOT NULL"),
    ):
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT ck_{table}_{name}")
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT ck_{table}_{name} CHECK ({condition})")
