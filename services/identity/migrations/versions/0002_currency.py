"""The currency that a customer's revenue is shown in while there is none."""

from alembic import op

revision = "identity_0002"
down_revision = "identity_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE customer_overview ADD COLUMN currency text")


def downgrade() -> None:
    op.execute("ALTER TABLE customer_overview DROP COLUMN currency")
