"""Addresses that mails come back from, and the reports of mail servers that say so."""

from alembic import op

revision = "notifications_0070"
down_revision = "notifications_0021"
branch_labels = None
depends_on = None

SUPPRESSIONS = """
CREATE TABLE suppressions (
    id uuid CONSTRAINT pk_suppressions PRIMARY KEY,
    recipient_kind text NOT NULL CONSTRAINT ck_suppressions_recipient_kind
        CHECK (recipient_kind IN ('user', 'admin_contact', 'billing_contact')),
    recipient_id uuid NOT NULL,
    workspace_id uuid NOT NULL,
    address text NOT NULL,
    reason text NOT NULL CONSTRAINT ck_suppressions_reason CHECK (reason IN ('no_mailbox', 'often_refused')),
    status text NOT NULL,
    message_id uuid NOT NULL CONSTRAINT fk_suppressions_message_id REFERENCES messages,
    since timestamptz NOT NULL,
    released_at timestamptz,
    released_on date,
    released_by_self integer NOT NULL CONSTRAINT ck_suppressions_released_by_self CHECK (released_by_self >= 0),
    CONSTRAINT ck_suppressions_released_on CHECK ((released_by_self > 0) = (released_on IS NOT NULL))
)
"""
SOFT_BOUNCES = """
CREATE TABLE soft_bounces (
    message_id uuid CONSTRAINT pk_soft_bounces PRIMARY KEY CONSTRAINT fk_soft_bounces_message_id REFERENCES messages,
    workspace_id uuid NOT NULL,
    recipient_kind text NOT NULL,
    recipient_id uuid NOT NULL,
    status text NOT NULL,
    at timestamptz NOT NULL
)
"""
RETURNED_MAILS = """
CREATE TABLE returned_mails (
    id uuid NOT NULL DEFAULT gen_random_uuid() CONSTRAINT pk_returned_mails PRIMARY KEY,
    message_id uuid NOT NULL,
    mailbox bytea NOT NULL,
    status text NOT NULL,
    came_at timestamptz NOT NULL,
    CONSTRAINT uq_returned_mails_once UNIQUE (message_id, status)
)
"""
INDEXES = (
    "CREATE INDEX ix_suppressions_newest ON suppressions (since, id) WHERE released_at IS NULL",
    "CREATE INDEX ix_suppressions_workspace_id ON suppressions (workspace_id)",
    "CREATE UNIQUE INDEX uq_suppressions_recipient ON suppressions (recipient_id, recipient_kind)",
    "CREATE INDEX ix_soft_bounces_recipient_id ON soft_bounces (recipient_id, recipient_kind)",
    "CREATE INDEX ix_soft_bounces_at ON soft_bounces (at)",
    "CREATE INDEX ix_soft_bounces_workspace_id ON soft_bounces (workspace_id)",
    "CREATE INDEX ix_returned_mails_came_at ON returned_mails (came_at)",
)
REASONS = ("no_recipient", "not_known", "not_written", "not_reached", "refused", "begun_too_often")
NEW_REASONS = ("bounced", "suppressed")


def upgrade() -> None:
    for statement in (SUPPRESSIONS, SOFT_BOUNCES, RETURNED_MAILS, *INDEXES):
        op.execute(statement)
    _allow(REASONS + NEW_REASONS)


def downgrade() -> None:
    op.execute("DELETE FROM undelivered_mails WHERE reason IN ('bounced', 'suppressed')")
    _allow(REASONS)
    op.execute("DROP TABLE returned_mails, soft_bounces, suppressions")


def _allow(reasons: tuple[str, ...]) -> None:
    named = ", ".join(f"'{reason}'" for reason in reasons)
    op.execute("ALTER TABLE undelivered_mails DROP CONSTRAINT ck_undelivered_mails_reason")
    op.execute(f"ALTER TABLE undelivered_mails ADD CONSTRAINT ck_undelivered_mails_reason CHECK (reason IN ({named}))")
