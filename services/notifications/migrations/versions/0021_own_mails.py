"""What was mailed to each user, for themselves."""

from alembic import op

revision = "notifications_0021"
down_revision = "notifications_0020"
branch_labels = None
depends_on = None

OWN_MAILS = """
CREATE TABLE own_mails (
    id uuid CONSTRAINT pk_own_mails PRIMARY KEY CONSTRAINT fk_own_mails_id REFERENCES messages,
    user_id uuid NOT NULL,
    workspace_id uuid NOT NULL,
    seen_from uuid,
    topic text NOT NULL,
    about text,
    state text NOT NULL CONSTRAINT ck_own_mails_state
        CHECK (state IN ('waiting', 'deferred', 'sent', 'failed', 'suppressed')),
    why text,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    ended_at timestamptz,
    asked_again_at timestamptz
)
"""
INDEXES = (
    "CREATE INDEX ix_own_mails_newest ON own_mails (user_id, created_at, id)",
    "CREATE INDEX ix_own_mails_created_at ON own_mails (created_at)",
)


def upgrade() -> None:
    for statement in (OWN_MAILS, *INDEXES):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE own_mails")
