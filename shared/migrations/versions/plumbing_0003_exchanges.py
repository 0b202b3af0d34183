"""Exchanges per service, the correlation and the partition of each message, who works, and what was discarded."""

from alembic import context, op

from shared.db import Kind, secure

revision = "plumbing_0003"
down_revision = "plumbing_0002"
branch_labels = None
depends_on = None

CREATE = """
CREATE TABLE workers (
    id uuid NOT NULL,
    seen_at timestamptz DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT pk_workers PRIMARY KEY (id)
);
CREATE TABLE discarded_messages (
    queue text NOT NULL,
    event_id uuid NOT NULL,
    reason text NOT NULL,
    discarded_by text NOT NULL,
    discarded_at timestamptz DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT pk_discarded_messages PRIMARY KEY (queue, event_id)
);
ALTER TABLE outbox ADD COLUMN workspace_id uuid, ADD COLUMN correlation_id uuid;
UPDATE outbox SET exchange = split_part(routing_key, '.', 1) || '.events' WHERE exchange = 'portico.events';
UPDATE outbox SET exchange = 'identity.commands', routing_key = 'notifications.on.secret_mail' WHERE exchange = ''
"""


def upgrade() -> None:
    for statement in CREATE.split(";"):
        op.execute(statement)
    for table in ("workers", "discarded_messages"):
        for statement in secure(context.config.attributes["service"], table, Kind.plumbing):
            op.execute(statement)


def downgrade() -> None:
    op.execute("UPDATE outbox SET exchange = 'portico.events' WHERE exchange LIKE '%.events'")
    op.execute("ALTER TABLE outbox DROP COLUMN workspace_id, DROP COLUMN correlation_id")
    op.drop_table("discarded_messages")
    op.drop_table("workers")
