"""Since when mails to contacts and users come back."""

from alembic import op

revision = "identity_0070"
down_revision = "identity_0064"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("contacts", "users"):
        op.execute(f"ALTER TABLE {table} ADD COLUMN mail_returned_at timestamptz")


def downgrade() -> None:
    for table in ("contacts", "users"):
        op.execute(f"ALTER TABLE {table} DROP COLUMN mail_returned_at")
