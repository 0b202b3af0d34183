"""Operations get the shared lease and origin columns; the origin columns of orders get their shared names."""

import sqlalchemy as sa
from alembic import op

revision = "provisioning_0003"
down_revision = "provisioning_0002"
branch_labels = None
depends_on = None

LIVE = "state IN ('queued', 'running')"
RENAMED = {
    "placed_by": "begun_by",
    "placed_by_address": "begun_by_address",
    "placed_via": "begun_via",
    "placed_event_id": "causation_id",
}
ORIGIN = ("correlation_id", "begun_by", "begun_by_address", "begun_via", "causation_id", "parent_workspace_id")

# Before, a row counted completed calls without an answer; now it counts the current one too.
FILL = f"""
UPDATE operations w
   SET ({", ".join(ORIGIN)}) = (SELECT {", ".join(ORIGIN)} FROM orders o WHERE o.id = w.order_id),
       tries = w.tries + (w.lease_id IS NOT NULL)::int,
       due_at = CASE WHEN {LIVE} THEN coalesce(leased_until, due_at) END
"""
UNFILL = f"""
UPDATE operations
   SET tries = greatest(tries - (lease_id IS NOT NULL)::int, 0),
       leased_until = CASE WHEN lease_id IS NOT NULL THEN due_at END,
       due_at = CASE WHEN {LIVE} AND lease_id IS NULL THEN due_at ELSE started_at END
"""


def upgrade() -> None:
    for old, new in RENAMED.items():
        op.alter_column("orders", old, new_column_name=new)
    for table in ("orders", "operations"):
        op.add_column(table, sa.Column("traceparent", sa.String))
    for name, type_ in zip(ORIGIN, (sa.Uuid, sa.Uuid, sa.String, sa.String, sa.Uuid, sa.Uuid), strict=True):
        op.add_column("operations", sa.Column(name, type_))
    op.alter_column("operations", "unanswered", new_column_name="tries")
    op.alter_column("operations", "due_at", nullable=True, server_default=sa.func.clock_timestamp())
    op.drop_constraint("whole_lease", "operations")
    op.drop_constraint("finished_has_no_lease", "operations")
    op.drop_index("ix_operations_due", "operations")
    _run_on_all_rows(FILL)
    op.drop_column("operations", "leased_until")
    op.alter_column("operations", "correlation_id", nullable=False)
    op.alter_column("operations", "begun_via", nullable=False)
    op.create_check_constraint("ck_operations_lease", "operations", "lease_id IS NULL OR due_at IS NOT NULL")
    op.create_check_constraint("ck_operations_tries", "operations", "tries >= 0")
    op.create_check_constraint("ck_operations_due_while_live", "operations", f"({LIVE}) = (due_at IS NOT NULL)")
    op.create_index("ix_operations_due_at", "operations", ["due_at"], postgresql_where=sa.text("due_at IS NOT NULL"))


def _run_on_all_rows(statement: str) -> None:
    """FORCE applies row security to the owner too. It is lifted for the owner alone, within this transaction."""
    for table in ("orders", "operations"):
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute(statement)
    for table in ("orders", "operations"):
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def downgrade() -> None:
    op.drop_index("ix_operations_due_at", "operations")
    for name in ("lease", "tries", "due_while_live"):
        op.drop_constraint(f"ck_operations_{name}", "operations")
    op.add_column("operations", sa.Column("leased_until", sa.DateTime(timezone=True)))
    _run_on_all_rows(UNFILL)
    op.create_index("ix_operations_due", "operations", ["due_at"], postgresql_where=sa.text(LIVE))
    op.create_check_constraint("finished_has_no_lease", "operations", f"{LIVE} OR lease_id IS NULL")
    op.create_check_constraint("whole_lease", "operations", "(lease_id IS NULL) = (leased_until IS NULL)")
    op.alter_column("operations", "due_at", nullable=False, server_default=None)
    op.alter_column("operations", "tries", new_column_name="unanswered")
    for name in (*ORIGIN, "traceparent"):
        op.drop_column("operations", name)
    op.drop_column("orders", "traceparent")
    for old, new in RENAMED.items():
        op.alter_column("orders", new, new_column_name=old)
