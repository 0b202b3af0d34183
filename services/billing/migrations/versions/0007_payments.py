"""Payments say how they are paid and when they began and ended; one that succeeds although it was given up counts."""

from alembic import op

revision = "billing_0007"
down_revision = "billing_0006"
branch_labels = None
depends_on = None

STATES = "'created', 'requires_action', 'processing', 'succeeded', 'failed'"
COLUMNS = (
    "method text CONSTRAINT ck_payments_method CHECK (method IN ('card', 'direct_debit', 'bank_transfer'))",
    "begun_at timestamptz NOT NULL DEFAULT clock_timestamp()",
    "settled_at timestamptz",
)
# What succeeded has an index of its own: another attempt may still be processed then.
INDEXES = {
    "uq_payments_live_attempt": "(invoice_id) WHERE state IN ('created', 'requires_action', 'processing')",
    "uq_payments_succeeded": "(invoice_id) WHERE state = 'succeeded'",
    "ix_payments_expires_at": "(expires_at) WHERE state IN ('requires_action', 'processing')",
    "ix_payments_page": "(invoice_id, begun_at, id)",
}
BEFORE = {
    "uq_payments_live_attempt": "(invoice_id) WHERE state IN ('created', 'requires_action', 'processing', 'succeeded')",
    "ix_payments_expires_at": "(expires_at) WHERE state = 'requires_action'",
    "ix_payments_invoice_id": "(invoice_id)",
}


def upgrade() -> None:
    for column in COLUMNS:
        op.execute(f"ALTER TABLE payments ADD COLUMN {column}")
    _allow(f"{STATES}, 'surplus'")
    # FORCE applies row security to the owner too. It is lifted for the owner alone, within this transaction.
    op.execute("ALTER TABLE payments NO FORCE ROW LEVEL SECURITY")
    op.execute("UPDATE payments SET begun_at = created_at")
    op.execute("ALTER TABLE payments FORCE ROW LEVEL SECURITY")
    _replace(BEFORE, INDEXES)


def downgrade() -> None:
    _replace(INDEXES, BEFORE)
    _allow(STATES)
    for column in COLUMNS:
        op.execute(f"ALTER TABLE payments DROP COLUMN {column.split()[0]}")


def _allow(states: str) -> None:
    op.execute("ALTER TABLE payments DROP CONSTRAINT ck_payments_state")
    op.execute(f"ALTER TABLE payments ADD CONSTRAINT ck_payments_state CHECK (state IN ({states}))")


def _replace(old: dict[str, str], new: dict[str, str]) -> None:
    for name in old:
        op.execute(f"DROP INDEX {name}")
    for name, columns in new.items():
        op.execute(f"CREATE {'UNIQUE ' if name.startswith('uq') else ''}INDEX {name} ON payments {columns}")
