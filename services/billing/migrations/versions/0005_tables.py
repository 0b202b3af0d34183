"""What tables of invoices and subscriptions need: an index for each filter with each order."""

from collections.abc import Mapping

from alembic import op

revision = "billing_0005"
down_revision = "billing_0004"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_invoices_page": "invoices (workspace_id, issued_on, number) WHERE version <> -1",
    "ix_invoices_status": "invoices (workspace_id, status, issued_on, number) WHERE version <> -2",
    "ix_invoices_group": "invoices (workspace_id, bill_group_id, issued_on, number) WHERE version <> -3",
    "ix_invoices_group_status": "invoices (workspace_id, bill_group_id, status, issued_on, number) WHERE version <> -4",
    "ix_invoices_due": "invoices (workspace_id, status, due_on, number) WHERE version <> -6",
    "ix_invoices_group_due": "invoices (workspace_id, bill_group_id, status, due_on, number) WHERE version <> -8",
    "ix_invoices_total": "invoices (workspace_id, status, total_minor, number) WHERE version <> -10",
    "ix_invoices_group_total":
        "invoices (workspace_id, bill_group_id, status, total_minor, number) WHERE version <> -12",
    "ix_invoices_number": "invoices (workspace_id, number) WHERE version <> -21",
    "ix_invoices_group_number": "invoices (workspace_id, bill_group_id, number) WHERE version <> -23",
    "ix_subscriptions_page": "subscriptions (workspace_id, ordered_at, id) WHERE version <> -1",
    "ix_subscriptions_clock": "subscriptions (workspace_id, clock, ordered_at, id) WHERE version <> -2",
    "ix_subscriptions_group": "subscriptions (workspace_id, bill_group_id, ordered_at, id) WHERE version <> -3",
    "ix_subscriptions_group_clock":
        "subscriptions (workspace_id, bill_group_id, clock, ordered_at, id) WHERE version <> -4",
}  # fmt: skip
"""The conditions are always true. A list's statement says that of its own index, so that PostgreSQL has no other one to
choose (decision 33)."""
BEFORE = {
    "ix_invoices_page": "invoices (workspace_id, issued_on, number)",
    "ix_invoices_status": "invoices (workspace_id, status, issued_on, number)",
    "ix_invoices_group": "invoices (workspace_id, bill_group_id, issued_on, number)",
    "ix_invoices_group_status": "invoices (workspace_id, bill_group_id, status, issued_on, number)",
    "ix_invoices_due": "invoices (workspace_id, due_on, number) WHERE status = 'open'",
    "ix_invoices_group_due": "invoices (workspace_id, bill_group_id, due_on, number) WHERE status = 'open'",
    "ix_subscriptions_page": "subscriptions (workspace_id, ordered_at, id)",
    "ix_subscriptions_group": "subscriptions (workspace_id, bill_group_id, ordered_at, id)",
}


def upgrade() -> None:
    _replace(BEFORE, INDEXES)


def downgrade() -> None:
    _replace(INDEXES, BEFORE)


def _replace(old: Mapping[str, str], new: Mapping[str, str]) -> None:
    for name in old:
        op.execute(f"DROP INDEX {name}")
    for name, columns in new.items():
        op.execute(f"CREATE INDEX {name} ON {columns}")
