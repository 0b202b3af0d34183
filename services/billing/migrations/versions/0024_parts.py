"""Subscriptions of services that are part of another one: paid by its bill group, and ended with it."""

from alembic import op

revision = "billing_0024"
down_revision = "billing_0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE subscriptions ADD COLUMN part_of uuid, ADD COLUMN own_ends_on date")
    op.execute("CREATE INDEX ix_subscriptions_part_of ON subscriptions (part_of) WHERE part_of IS NOT NULL")


def downgrade() -> None:
    op.execute("DROP INDEX ix_subscriptions_part_of")
    op.execute("ALTER TABLE subscriptions DROP COLUMN part_of, DROP COLUMN own_ends_on")
