"""Who pays is decided with the order: copies of bill groups and plans say their currencies."""

from alembic import op

revision = "provisioning_0010"
down_revision = "provisioning_0009"
branch_labels = None
depends_on = None

COLUMNS = {
    "bill_groups": (
        "display_name varchar NOT NULL DEFAULT ''",
        "currency varchar",
        "is_closed boolean NOT NULL DEFAULT false",
        "version integer NOT NULL DEFAULT 0",
    ),
    "plan_versions": ("currency varchar",),
    "services": ("payer_version integer NOT NULL DEFAULT 0",),
}


def upgrade() -> None:
    for table, columns in COLUMNS.items():
        for column in columns:
            op.execute(f"ALTER TABLE {table} ADD COLUMN {column}")


def downgrade() -> None:
    for table, columns in COLUMNS.items():
        for column in columns:
            op.execute(f"ALTER TABLE {table} DROP COLUMN {column.split()[0]}")
