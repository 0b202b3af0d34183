"""Plans that charge per unit of a whole number in the configuration."""

from alembic import op

revision = "billing_0025"
down_revision = "billing_0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE plan_versions ADD COLUMN field_prices jsonb DEFAULT '{}' NOT NULL")
    op.execute("ALTER TABLE subscriptions ADD COLUMN priced jsonb DEFAULT '{}' NOT NULL")


def downgrade() -> None:
    op.execute("ALTER TABLE plan_versions DROP COLUMN field_prices")
    op.execute("ALTER TABLE subscriptions DROP COLUMN priced")
