"""Of plans, the fields of the configuration whose whole numbers are charged for."""

from alembic import op

revision = "provisioning_0023"
down_revision = "provisioning_0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE plan_versions ADD COLUMN priced_fields jsonb DEFAULT '[]' NOT NULL")


def downgrade() -> None:
    op.execute("ALTER TABLE plan_versions DROP COLUMN priced_fields")
