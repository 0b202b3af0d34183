"""Deliveries get the shared lease columns, and the origin columns that messages had until now."""

import sqlalchemy as sa
from alembic import op

revision = "notifications_0002"
down_revision = "notifications_0001"
branch_labels = None
depends_on = None

UNDER_WAY = "state IN ('queued', 'sending', 'deferred')"
OPEN = sa.text("due_at IS NOT NULL")
INSTANT = sa.DateTime(timezone=True)
ORIGIN = {
    "correlation_id": sa.Uuid,
    "begun_by": sa.Uuid,
    "begun_by_address": sa.Text,
    "begun_via": sa.Text,
    "causation_id": sa.Uuid,
    "parent_workspace_id": sa.Uuid,
    "traceparent": sa.Text,
}
HAD_ALREADY = ("begun_by", "correlation_id")
LEFT = ("begun_by", "correlation_id", "causation_id")

# Handlers created all of them. The addresses of the original actors were not stored.
FILL = (
    f"""
UPDATE deliveries d
   SET (begun_by, correlation_id, causation_id, begun_via) =
       (SELECT begun_by, correlation_id, causation_id, 'system' FROM messages m WHERE m.id = d.message_id),
       parent_workspace_id = (SELECT parent_workspace_id FROM workspace_copies w WHERE w.id = d.workspace_id),
       due_at = CASE WHEN {UNDER_WAY} THEN coalesce(leased_until, due_at) END""",
    """
UPDATE announcements
   SET begun_via = 'system', causation_id = event_id, parent_workspace_id = audience_workspace_id""",
)
UNFILL = (
    """
UPDATE messages m
   SET (begun_by, correlation_id, causation_id) =
       (SELECT begun_by, correlation_id, causation_id FROM deliveries d WHERE d.message_id = m.id)""",
    """
UPDATE deliveries
   SET leased_until = CASE WHEN lease_id IS NOT NULL THEN due_at END, due_at = coalesce(due_at, created_at)""",
)


def upgrade() -> None:
    for name, type_ in ORIGIN.items():
        op.add_column("deliveries", sa.Column(name, type_))
        if name not in HAD_ALREADY:
            op.add_column("announcements", sa.Column(name, type_))
    op.alter_column("deliveries", "attempts", new_column_name="tries")
    op.alter_column("deliveries", "due_at", nullable=True)
    op.drop_constraint("ck_deliveries_lease", "deliveries")
    op.drop_index("ix_deliveries_due_at", "deliveries")
    op.drop_index("ix_deliveries_leased_until", "deliveries")
    _run_on_all_rows(FILL)
    op.drop_column("deliveries", "leased_until")
    for name in LEFT:
        op.drop_column("messages", name)
    for table in ("deliveries", "announcements"):
        op.alter_column(table, "begun_via", nullable=False)
    op.alter_column("deliveries", "correlation_id", nullable=False)
    op.create_check_constraint("ck_deliveries_lease", "deliveries", "lease_id IS NULL OR due_at IS NOT NULL")
    op.create_check_constraint("ck_deliveries_tries", "deliveries", "tries >= 0")
    op.create_check_constraint(
        "ck_deliveries_sending_is_leased", "deliveries", "(state = 'sending') = (lease_id IS NOT NULL)"
    )
    op.create_check_constraint("ck_deliveries_due_until_over", "deliveries", f"({UNDER_WAY}) = (due_at IS NOT NULL)")
    op.create_index("ix_deliveries_due_at", "deliveries", ["due_at"], postgresql_where=OPEN)


def _run_on_all_rows(statements: tuple[str, ...]) -> None:
    """FORCE applies row security to the owner too. It is lifted for the owner alone, within this transaction."""
    tables = ("messages", "deliveries", "announcements")
    for table in tables:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    for statement in statements:
        op.execute(statement)
    for table in tables:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def downgrade() -> None:
    op.drop_index("ix_deliveries_due_at", "deliveries")
    for name in ("lease", "tries", "sending_is_leased", "due_until_over"):
        op.drop_constraint(f"ck_deliveries_{name}", "deliveries")
    op.add_column("deliveries", sa.Column("leased_until", INSTANT))
    for name in LEFT:
        op.add_column("messages", sa.Column(name, sa.Uuid))
    _run_on_all_rows(UNFILL)
    op.alter_column("messages", "correlation_id", nullable=False)
    op.alter_column("deliveries", "due_at", nullable=False)
    op.alter_column("deliveries", "tries", new_column_name="attempts")
    op.create_check_constraint(
        "ck_deliveries_lease", "deliveries",
        "(state = 'sending') = (lease_id IS NOT NULL AND leased_until IS NOT NULL)",
    )  # fmt: skip
    waiting, sending = sa.text("state IN ('queued', 'deferred')"), sa.text("state = 'sending'")
    op.create_index("ix_deliveries_due_at", "deliveries", ["due_at"], postgresql_where=waiting)
    op.create_index("ix_deliveries_leased_until", "deliveries", ["leased_until"], postgresql_where=sending)
    for name in ORIGIN:
        op.drop_column("deliveries", name)
        if name not in HAD_ALREADY:
            op.drop_column("announcements", name)
