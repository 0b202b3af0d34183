"""Test mails, and what became of them."""

from alembic import op

revision = "notifications_0096"
down_revision = "notifications_0073"
branch_labels = None
depends_on = None

TABLE = """
CREATE TABLE mail_tests (
    workspace_id uuid NOT NULL CONSTRAINT pk_mail_tests PRIMARY KEY,
    event_id uuid NOT NULL,
    asked_at timestamptz NOT NULL,
    message_id uuid CONSTRAINT fk_mail_tests_message_id_messages REFERENCES messages (id),
    state text NOT NULL,
    why text,
    answer integer,
    tried_at timestamptz,
    CONSTRAINT ck_mail_tests_state CHECK (
        state IN ('asked', 'waiting', 'sent', 'caught', 'deferred', 'failed', 'suppressed')
    ),
    CONSTRAINT ck_mail_tests_message CHECK ((state = 'asked') = (message_id IS NULL))
)
"""


def upgrade() -> None:
    op.execute(TABLE)
    op.execute("CREATE INDEX ix_mail_tests_message_id ON mail_tests (message_id)")


def downgrade() -> None:
    op.execute("DROP TABLE mail_tests")
