"""The recipient book, messages and their deliveries."""

from alembic import op

revision = "notifications_0001"
down_revision = None
branch_labels = ("notifications",)
depends_on = "plumbing_0001"

RECIPIENT_BOOK = """
CREATE TABLE people (
    user_id uuid CONSTRAINT pk_people PRIMARY KEY,
    address text NOT NULL,
    display_name text NOT NULL,
    version integer NOT NULL
);
CREATE TABLE company_contacts (
    contact_id uuid CONSTRAINT pk_company_contacts PRIMARY KEY,
    workspace_id uuid NOT NULL,
    kind text NOT NULL,
    address text,
    display_name text,
    wants_service_mail boolean NOT NULL,
    version integer NOT NULL
);
CREATE INDEX ix_company_contacts_workspace_id_kind ON company_contacts (workspace_id, kind);
CREATE TABLE bill_group_contacts (
    bill_group_id uuid NOT NULL,
    kind text NOT NULL,
    workspace_id uuid NOT NULL,
    address text NOT NULL,
    display_name text NOT NULL,
    version integer NOT NULL,
    CONSTRAINT pk_bill_group_contacts PRIMARY KEY (bill_group_id, kind)
);
CREATE INDEX ix_bill_group_contacts_workspace_id ON bill_group_contacts (workspace_id);
"""

MESSAGES = """
CREATE TABLE messages (
    id uuid CONSTRAINT pk_messages PRIMARY KEY DEFAULT gen_random_uuid(),
    workspace_id uuid NOT NULL,
    topic text NOT NULL,
    fact_id uuid NOT NULL,
    recipient_kind text NOT NULL,
    recipient_id uuid NOT NULL,
    facts jsonb NOT NULL,
    begun_by uuid,
    correlation_id uuid NOT NULL,
    causation_id uuid,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT uq_messages_one_a_fact UNIQUE (topic, fact_id, recipient_kind, recipient_id)
);
CREATE INDEX ix_messages_workspace_id ON messages (workspace_id);
CREATE TABLE announcements (
    event_id uuid CONSTRAINT pk_announcements PRIMARY KEY,
    workspace_id uuid NOT NULL,
    audience_workspace_id uuid NOT NULL,
    topic text NOT NULL,
    facts jsonb NOT NULL,
    begun_by uuid,
    correlation_id uuid NOT NULL,
    occurred_at timestamptz NOT NULL,
    kept_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX ix_announcements_workspace_id ON announcements (workspace_id);
CREATE INDEX ix_announcements_audience_workspace_id ON announcements (audience_workspace_id);
"""

DELIVERIES = """
CREATE TABLE deliveries (
    id uuid CONSTRAINT pk_deliveries PRIMARY KEY DEFAULT gen_random_uuid(),
    workspace_id uuid NOT NULL,
    message_id uuid NOT NULL CONSTRAINT uq_deliveries_message_id UNIQUE
        CONSTRAINT fk_deliveries_message_id REFERENCES messages,
    state text NOT NULL CONSTRAINT ck_deliveries_state
        CHECK (state IN ('queued', 'sending', 'sent', 'deferred', 'failed', 'suppressed')),
    attempts integer NOT NULL,
    due_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    lease_id uuid,
    leased_until timestamptz,
    sealed text,
    reason text,
    ended_at timestamptz,
    CONSTRAINT ck_deliveries_lease CHECK ((state = 'sending') = (lease_id IS NOT NULL AND leased_until IS NOT NULL)),
    CONSTRAINT ck_deliveries_sealed CHECK (sealed IS NULL OR state IN ('queued', 'sending', 'deferred'))
);
CREATE INDEX ix_deliveries_workspace_id ON deliveries (workspace_id);
CREATE INDEX ix_deliveries_due_at ON deliveries (due_at) WHERE state IN ('queued', 'deferred');
CREATE INDEX ix_deliveries_leased_until ON deliveries (leased_until) WHERE state = 'sending';
"""

TABLES = ("deliveries", "people", "company_contacts", "bill_group_contacts", "messages", "announcements")


def upgrade() -> None:
    for part in (RECIPIENT_BOOK, MESSAGES, DELIVERIES):
        for statement in part.split(";\n"):
            if statement.strip():
                op.execute(statement)


def downgrade() -> None:
    op.execute(f"DROP TABLE {', '.join(TABLES)}")
