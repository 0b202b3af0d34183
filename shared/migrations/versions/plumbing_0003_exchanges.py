"""Exchanges per service; correlation id and partition of each message; live workers; discarded messages."""

from alembic import op

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
ALTER TABLE inbox ADD COLUMN discarded_by text, ADD COLUMN discarded_because text;
ALTER TABLE outbox ADD COLUMN workspace_id uuid, ADD COLUMN correlation_id uuid;
UPDATE outbox SET exchange = split_part(routing_key, '.', 1) || '.events' WHERE exchange = 'portico.events';
UPDATE outbox SET exchange = 'identity.commands', routing_key = 'notifications.on.secret_mail' WHERE exchange = ''
"""


def upgrade() -> None:
    for statement in CREATE.split(";"):
        op.execute(statement)


def downgrade() -> None:
    op.execute("UPDATE outbox SET exchange = 'portico.events' WHERE exchange LIKE '%.events'")
    op.execute("ALTER TABLE outbox DROP COLUMN workspace_id, DROP COLUMN correlation_id")
    op.execute("ALTER TABLE inbox DROP COLUMN discarded_by, DROP COLUMN discarded_because")
    op.drop_table("workers")
