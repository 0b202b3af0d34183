"""Where a sign-in leads, in whatever browser it ends, and which company's people invite."""

from alembic import op

revision = "identity_0015"
down_revision = "identity_0014"
branch_labels = None
depends_on = None

# The name as it is now: for older invitations nobody knows what it was.
INVITERS = """
UPDATE invitations i SET inviter_company = w.display_name
FROM invitation_secrets s JOIN workspaces w ON w.workspace_id = s.invited_from
WHERE s.invitation_id = i.id AND s.invited_from <> i.workspace_id
"""


def upgrade() -> None:
    op.execute(
        "ALTER TABLE sign_in_challenges ADD COLUMN return_to text"
        " CONSTRAINT ck_sign_in_challenges_return_to CHECK (length(return_to) <= 2000)"
    )
    op.execute("ALTER TABLE invitations ADD COLUMN inviter_company text")
    op.execute(INVITERS)


def downgrade() -> None:
    op.execute("ALTER TABLE invitations DROP COLUMN inviter_company")
    op.execute("ALTER TABLE sign_in_challenges DROP COLUMN return_to")
