"""The recipient book says which language a person reads, and in which time zone."""

from alembic import op

revision = "notifications_0003"
down_revision = "notifications_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE people ADD COLUMN locale text, ADD COLUMN time_zone text")


def downgrade() -> None:
    op.execute("ALTER TABLE people DROP COLUMN locale, DROP COLUMN time_zone")
