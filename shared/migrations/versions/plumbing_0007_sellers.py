"""Copies say where a workspace helps its customers, and its postal address."""

from alembic import op

revision = "plumbing_0007"
down_revision = "plumbing_0006"
branch_labels = None
depends_on = None

COLUMNS = {"support_address": "text", "support_phone": "text", "postal_lines": "text[] DEFAULT '{}' NOT NULL"}


def upgrade() -> None:
    op.execute(
        "ALTER TABLE workspace_copies" + ",".join(f" ADD COLUMN {name} {type_}" for name, type_ in COLUMNS.items())
    )


def downgrade() -> None:
    op.execute("ALTER TABLE workspace_copies" + ",".join(f" DROP COLUMN {name}" for name in COLUMNS))
