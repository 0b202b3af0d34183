"""Whether a person wants keys of one letter to do something (WCAG 2.1.4)."""

from alembic import op

revision = "identity_0017"
down_revision = "identity_0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE users ADD COLUMN shortcuts boolean NOT NULL DEFAULT true")


def downgrade() -> None:
    op.execute("ALTER TABLE users DROP COLUMN shortcuts")
