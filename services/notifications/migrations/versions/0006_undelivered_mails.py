"""The list of mails that wait for a recipient or could not be sent."""

from alembic import op

revision = "notifications_0006"
down_revision = "notifications_0005"
branch_labels = None
depends_on = None

UNDELIVERED = """
CREATE TABLE undelivered_mails (
    message_id uuid CONSTRAINT pk_undelivered_mails PRIMARY KEY
        CONSTRAINT fk_undelivered_mails_message_id REFERENCES messages,
    workspace_id uuid NOT NULL,
    topic text NOT NULL CONSTRAINT ck_undelivered_mails_topic CHECK (topic NOT IN ('sign_in', 'invitation')),
    recipient_kind text NOT NULL,
    recipient_id uuid NOT NULL,
    about text CONSTRAINT ck_undelivered_mails_about CHECK (length(about) BETWEEN 1 AND 200),
    state text NOT NULL CONSTRAINT ck_undelivered_mails_state CHECK (state IN ('waiting', 'retrying', 'given_up')),
    reason text NOT NULL CONSTRAINT ck_undelivered_mails_reason CHECK (reason IN ('no_recipient', 'not_known',
        'not_written', 'not_reached', 'refused', 'begun_too_often')),
    answer integer,
    tries integer NOT NULL,
    since timestamptz NOT NULL,
    tried_at timestamptz NOT NULL,
    due_at timestamptz,
    CONSTRAINT ck_undelivered_mails_due_until_given_up CHECK ((state = 'given_up') = (due_at IS NULL))
)
"""
INDEXES = (
    "CREATE INDEX ix_undelivered_mails_newest ON undelivered_mails (since, message_id)",
    "CREATE INDEX ix_undelivered_mails_workspace_id ON undelivered_mails (workspace_id)",
    "CREATE INDEX ix_undelivered_mails_waiting ON undelivered_mails (recipient_id) WHERE state = 'waiting'",
    "CREATE INDEX ix_undelivered_mails_given_up ON undelivered_mails (tried_at) WHERE state = 'given_up'",
)

# What waits now, and what was given up in the last 90 days. Until now the reason was stored as a sentence alone.
LIST = """
INSERT INTO undelivered_mails
SELECT message_id, workspace_id, topic, recipient_kind, recipient_id, about,
       CASE WHEN due_at IS NULL THEN 'given_up' WHEN reason = 'no_recipient' THEN 'waiting' ELSE 'retrying' END,
       reason, answer, tries, since, tried_at, due_at
  FROM (
    SELECT d.message_id, d.workspace_id, m.topic, m.recipient_kind, m.recipient_id,
           nullif(left(coalesce(nullif(m.facts ->> 'number', ''), nullif(m.facts ->> 'invoice_number', ''),
                                nullif(m.facts ->> 'display_name', ''), m.facts ->> 'product_name'), 200), '') AS about,
           CASE WHEN d.reason = 'Not known yet: the ' || m.recipient_kind || '.' THEN 'no_recipient'
                WHEN d.reason LIKE 'Not known yet:%' THEN 'not_known'
                WHEN d.reason LIKE 'The mail server answered%' THEN 'refused'
                WHEN d.reason LIKE 'The mail server was not reached%' THEN 'not_reached'
                WHEN d.reason LIKE 'Its sending was begun%' THEN 'begun_too_often'
                ELSE 'not_written' END AS reason,
           substring(d.reason FROM 'The mail server answered ([0-9]{3})')::integer AS answer,
           d.tries, m.created_at AS since, coalesce(d.ended_at, clock_timestamp()) AS tried_at, d.due_at
      FROM deliveries d JOIN messages m ON m.id = d.message_id
     WHERE m.topic NOT IN ('sign_in', 'invitation')
       AND (d.state = 'failed' AND d.ended_at > clock_timestamp() - interval '90 days'
            OR d.state = 'deferred' AND d.reason <> 'Not known yet: the invoice’s document.')
  ) AS undelivered
"""


def upgrade() -> None:
    op.execute("ALTER TABLE deliveries ADD COLUMN retried_at timestamptz")
    op.execute(UNDELIVERED)
    for statement in INDEXES:
        op.execute(statement)
    # FORCE applies row security to the owner too. It is lifted for the owner alone, within this transaction.
    for table in ("messages", "deliveries"):
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute(LIST)
    for table in ("messages", "deliveries"):
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def downgrade() -> None:
    op.execute("DROP TABLE undelivered_mails")
    op.execute("ALTER TABLE deliveries DROP COLUMN retried_at")
