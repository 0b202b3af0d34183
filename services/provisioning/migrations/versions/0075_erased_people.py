"""People whose data was forgotten at their wish."""

from alembic import op

revision = "provisioning_0075"
down_revision = "provisioning_0061"
branch_labels = None
depends_on = None

STATEMENTS = (
    """CREATE TABLE erased_people (
    user_id uuid NOT NULL CONSTRAINT pk_erased_people PRIMARY KEY,
    erased_at timestamptz NOT NULL DEFAULT clock_timestamp()
)""",
    "ALTER TABLE manual_tasks ADD COLUMN answered_by uuid",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("ALTER TABLE manual_tasks DROP COLUMN answered_by")
    op.execute("DROP TABLE erased_people")
