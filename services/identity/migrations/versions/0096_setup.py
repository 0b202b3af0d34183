"""Until when the provider's admins are led through setting up the installation."""

from alembic import op

revision = "identity_0096"
down_revision = "identity_0090"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # An installation that exists is not new: its rows get the time of the migration.
    op.execute("ALTER TABLE workspaces ADD COLUMN setup_ended_at timestamptz DEFAULT now()")
    op.execute("ALTER TABLE workspaces ALTER COLUMN setup_ended_at DROP DEFAULT")


def downgrade() -> None:
    op.execute("ALTER TABLE workspaces DROP COLUMN setup_ended_at")
