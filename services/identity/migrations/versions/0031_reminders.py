"""When a pending invitation was reminded of, and when its mail could not be delivered: also beside Not Connected."""

from alembic import op

revision = "identity_0031"
down_revision = "identity_0030"
branch_labels = None
depends_on = None

COLUMNS = (
    """
    ALTER TABLE invitations ADD COLUMN reminded_at timestamptz, ADD COLUMN reminder_id uuid,
        ADD COLUMN undelivered_at timestamptz,
        ADD CONSTRAINT ck_invitations_reminded CHECK ((reminded_at IS NULL) = (reminder_id IS NULL))
    """,
    """
    CREATE INDEX ix_invitations_reminding ON invitations (sent_at)
    WHERE state = 'pending' AND reminded_at IS NULL AND undelivered_at IS NULL
    """,
    # Without a rule that ties them to invited_at: the version before, which may still run, clears that one alone.
    """
    ALTER TABLE customer_overview ADD COLUMN invitation_reminded_at timestamptz,
        ADD COLUMN invitation_undelivered_at timestamptz
    """,
)


def upgrade() -> None:
    for statement in COLUMNS:
        op.execute(statement)


def downgrade() -> None:
    op.execute(
        "ALTER TABLE customer_overview DROP COLUMN invitation_reminded_at, DROP COLUMN invitation_undelivered_at"
    )
    op.execute("ALTER TABLE invitations DROP COLUMN reminded_at, DROP COLUMN reminder_id, DROP COLUMN undelivered_at")
