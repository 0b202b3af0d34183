"""Floods of messages to a contact about one topic are one mail; a contact has a switch for each topic."""

from alembic import op

revision = "notifications_0017"
down_revision = "notifications_0006"
branch_labels = None
depends_on = None

# A switch that is not known is as that of provisioned services.
SWITCHES = """
ALTER TABLE company_contacts ADD COLUMN wants_deletion_mail boolean, ADD COLUMN wants_reminder_mail boolean
"""
DELIVERIES = """
ALTER TABLE deliveries ADD COLUMN gathering uuid,
    ADD COLUMN gathered integer NOT NULL DEFAULT 1 CONSTRAINT ck_deliveries_gathered CHECK (gathered >= 1)
"""
OPEN = """
CREATE UNIQUE INDEX uq_deliveries_gathering ON deliveries (gathering)
    WHERE gathering IS NOT NULL AND state = 'queued'
"""
GATHERED = """
CREATE TABLE gathered_messages (
    message_id uuid CONSTRAINT pk_gathered_messages PRIMARY KEY
        CONSTRAINT fk_gathered_messages_message_id REFERENCES messages,
    workspace_id uuid NOT NULL,
    into_id uuid NOT NULL CONSTRAINT fk_gathered_messages_into_id REFERENCES messages,
    correlation_id uuid NOT NULL,
    begun_by uuid,
    begun_by_address text,
    begun_via text NOT NULL,
    causation_id uuid,
    parent_workspace_id uuid,
    traceparent text
)
"""
INDEXES = (
    "CREATE INDEX ix_gathered_messages_into_id ON gathered_messages (into_id)",
    "CREATE INDEX ix_gathered_messages_workspace_id ON gathered_messages (workspace_id)",
)


def upgrade() -> None:
    for statement in (SWITCHES, DELIVERIES, OPEN, GATHERED, *INDEXES):
        op.execute(statement)


# Each message gets a delivery of its own again, as far as its mail has come.
SCATTER = """
INSERT INTO deliveries (id, workspace_id, message_id, state, created_at, reason, ended_at, due_at, tries,
                        correlation_id, begun_by, begun_by_address, begun_via, causation_id, parent_workspace_id,
                        traceparent)
SELECT gen_random_uuid(), g.workspace_id, g.message_id, CASE d.state WHEN 'sending' THEN 'queued' ELSE d.state END,
       d.created_at, d.reason, d.ended_at, d.due_at, d.tries, g.correlation_id, g.begun_by, g.begun_by_address,
       g.begun_via, g.causation_id, g.parent_workspace_id, g.traceparent
  FROM gathered_messages g JOIN deliveries d ON d.message_id = g.into_id
"""
TABLES = ("deliveries", "gathered_messages")


def downgrade() -> None:
    # FORCE applies row security to the owner too. It is lifted to read and write the existing rows.
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute(SCATTER)
    op.execute("ALTER TABLE deliveries FORCE ROW LEVEL SECURITY")
    op.execute("DROP TABLE gathered_messages")
    op.execute("ALTER TABLE deliveries DROP COLUMN gathering, DROP COLUMN gathered")
    op.execute("ALTER TABLE company_contacts DROP COLUMN wants_deletion_mail, DROP COLUMN wants_reminder_mail")
