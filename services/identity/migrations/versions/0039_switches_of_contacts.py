"""A contact has a switch for each topic of its mail. One that is not known is as that of provisioned services."""

from alembic import op

revision = "identity_0039"
down_revision = "identity_0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE contacts ADD COLUMN wants_deletion_mail boolean, ADD COLUMN wants_reminder_mail boolean")


def downgrade() -> None:
    op.execute("ALTER TABLE contacts DROP COLUMN wants_deletion_mail, DROP COLUMN wants_reminder_mail")
