"""Limits of sign-in mails per address and network, and limits of invitations; who may still have invited."""

from alembic import op

revision = "identity_0006"
down_revision = "identity_0005"
branch_labels = None
depends_on = None

SIGN_IN = """
ALTER TABLE sign_in_challenges ADD COLUMN sent_at timestamptz;
CREATE INDEX ix_sign_in_challenges_by_address_and_ip ON sign_in_challenges (address_key, ip, created_at);
CREATE INDEX ix_sign_in_challenges_sent ON sign_in_challenges (address_key, sent_at) WHERE sent_at IS NOT NULL;
"""

# Nullable, because the version that still runs beside this migration writes none of them.
INVITATIONS = """
ALTER TABLE invitations ADD COLUMN revoked_because text;
ALTER TABLE invitations ADD CONSTRAINT ck_invitations_revoked_because
    CHECK (revoked_because IN ('revoked', 'replaced', 'inviter_lost_access'));
CREATE INDEX ix_invitations_sent ON invitations (workspace_id, sent_at);
ALTER TABLE invitation_secrets ADD COLUMN address_key text;
ALTER TABLE invitation_secrets ADD COLUMN sent_at timestamptz;
ALTER TABLE invitation_secrets ADD COLUMN accepted boolean NOT NULL DEFAULT false;
ALTER TABLE invitation_secrets ADD COLUMN invited_by uuid
    CONSTRAINT fk_invitation_secrets_invited_by REFERENCES users;
ALTER TABLE invitation_secrets ADD COLUMN invited_in uuid;
ALTER TABLE invitation_secrets ADD COLUMN invited_from uuid;
CREATE INDEX ix_invitation_secrets_sent ON invitation_secrets (address_key, sent_at);
CREATE INDEX ix_invitation_secrets_invited_by ON invitation_secrets (invited_by, sent_at);
"""

# By which right an older invitation was sent is not recorded: the inviter's nearest membership counts, at the workspace
# itself, its parent, or the parent's parent. FORCE applies row security to the owner too, who has no policy. It is lifted
# to read and update the existing rows.
UNFORCED = ("invitations", "workspaces", "grants")
FILL_IN = """
UPDATE invitation_secrets s SET address_key = i.address_key, sent_at = i.sent_at, accepted = i.state = 'accepted',
    invited_by = i.invited_by,
    invited_in = CASE WHEN own.id IS NULL AND above.id IS NULL AND p.parent_workspace_id IS NOT NULL
        THEN p.workspace_id ELSE w.workspace_id END,
    invited_from = CASE WHEN own.id IS NOT NULL THEN w.workspace_id
        WHEN above.id IS NULL AND p.parent_workspace_id IS NOT NULL THEN p.parent_workspace_id
        ELSE coalesce(p.workspace_id, w.workspace_id) END
FROM invitations i
JOIN workspaces w ON w.workspace_id = i.workspace_id
LEFT JOIN workspaces p ON p.workspace_id = w.parent_workspace_id
LEFT JOIN grants own ON own.user_id = i.invited_by AND own.workspace_id = w.workspace_id
    AND own.source IN ('membership', 'invitation') AND own.bill_group_id IS NULL
LEFT JOIN grants above ON above.user_id = i.invited_by AND above.workspace_id = p.workspace_id
    AND above.source IN ('membership', 'invitation') AND above.bill_group_id IS NULL
WHERE i.id = s.invitation_id
"""

# What somebody sent who had lost the right to invite before this migration ends like an invitation that is too old.
END = """
UPDATE invitations i SET expires_at = now() FROM invitation_secrets s
WHERE s.invitation_id = i.id AND i.state = 'pending' AND i.expires_at > now() AND NOT EXISTS (
    SELECT FROM grants g WHERE g.user_id = s.invited_by AND g.role = 'admin' AND (
        (g.workspace_id = s.invited_from AND g.source IN ('membership', 'invitation'))
        OR (g.workspace_id = s.invited_in AND s.invited_in <> s.invited_from AND g.source = 'link')))
"""


def upgrade() -> None:
    for statements in (SIGN_IN, INVITATIONS):
        for statement in statements.split(";\n"):
            if statement.strip():
                op.execute(statement)
    for table in UNFORCED:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute(FILL_IN)
    op.execute(END)
    for table in UNFORCED:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def downgrade() -> None:
    for column in ("invited_from", "invited_in", "invited_by", "accepted", "sent_at", "address_key"):
        op.execute(f"ALTER TABLE invitation_secrets DROP COLUMN {column}")
    op.execute("DROP INDEX ix_invitations_sent")
    op.execute("ALTER TABLE invitations DROP COLUMN revoked_because")
    op.execute("DROP INDEX ix_sign_in_challenges_by_address_and_ip")
    op.execute("ALTER TABLE sign_in_challenges DROP COLUMN sent_at")
