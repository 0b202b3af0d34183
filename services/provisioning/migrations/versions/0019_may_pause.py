"""Whether services may be paused, by their plan. No plan that was published before allows it."""

from alembic import op

revision = "provisioning_0019"
down_revision = "provisioning_0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE plan_versions ADD COLUMN may_pause boolean NOT NULL DEFAULT false")


def downgrade() -> None:
    op.execute("ALTER TABLE plan_versions DROP COLUMN may_pause")
