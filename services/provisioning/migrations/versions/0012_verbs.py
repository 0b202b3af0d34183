"""Operations have verbs: services are restarted and diagnosed, too."""

from alembic import op

revision = "provisioning_0012"
down_revision = "provisioning_0011"
branch_labels = None
depends_on = None

LIVE = "state IN ('queued', 'running')"
ONE_AT_A_TIME = "CREATE UNIQUE INDEX uq_operations_one_at_a_time ON operations (service_id) WHERE "
COLUMNS = (
    "verb varchar NOT NULL DEFAULT 'create'",
    "ended_at timestamptz",
    "undoing boolean NOT NULL DEFAULT false",
    "cancelled_by uuid",
    "output varchar CONSTRAINT ck_operations_output CHECK (length(output) <= 64000)",
)


def upgrade() -> None:
    for column in COLUMNS:
        op.execute(f"ALTER TABLE operations ADD COLUMN {column}")
    op.execute("ALTER TABLE operations ALTER COLUMN order_id DROP NOT NULL")
    op.execute(
        "ALTER TABLE operations ADD CONSTRAINT ck_operations_order CHECK ((verb = 'create') = (order_id IS NOT NULL))"
    )
    op.execute("DROP INDEX uq_operations_one_at_a_time")
    op.execute(f"{ONE_AT_A_TIME} {LIVE} AND NOT (verb IN ('diagnose', 'console_log'))")
    op.execute(f"CREATE UNIQUE INDEX uq_operations_one_of_a_kind ON operations (service_id, verb) WHERE {LIVE}")
    op.execute("CREATE INDEX ix_operations_service_id ON operations (service_id, started_at, id)")
    op.execute("CREATE INDEX ix_operations_output ON operations (started_at) WHERE output IS NOT NULL")
    op.execute("ALTER TABLE simulated_steps ADD COLUMN undone_at timestamptz")


def downgrade() -> None:
    op.execute("ALTER TABLE simulated_steps DROP COLUMN undone_at")
    for index in ("one_at_a_time", "one_of_a_kind"):
        op.execute(f"DROP INDEX uq_operations_{index}")
    op.execute("DROP INDEX ix_operations_service_id")
    op.execute("DELETE FROM operation_steps WHERE operation_id IN (SELECT id FROM operations WHERE verb <> 'create')")
    op.execute("DELETE FROM operations WHERE verb <> 'create'")
    for column in COLUMNS:
        op.execute(f"ALTER TABLE operations DROP COLUMN {column.split()[0]}")
    op.execute("ALTER TABLE operations ALTER COLUMN order_id SET NOT NULL")
    op.execute(f"{ONE_AT_A_TIME} {LIVE}")
