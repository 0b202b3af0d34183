"""Outbox, inbox, idempotency keys, copies of grants and workspaces."""

from alembic import op

revision = "plumbing_0001"
down_revision = None
branch_labels = ("plumbing",)
depends_on = None

TABLES = (
    "access_ended_sessions",
    "access_grants",
    "access_versions",
    "idempotency_keys",
    "inbox",
    "outbox",
    "relay_state",
    "workspace_copies",
)

CREATE = """
CREATE TABLE access_ended_sessions (
    session_id uuid NOT NULL,
    ended_at timestamptz DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT pk_access_ended_sessions PRIMARY KEY (session_id)
);
CREATE TABLE access_grants (
    grant_id uuid NOT NULL,
    user_id uuid NOT NULL,
    workspace_id uuid NOT NULL,
    role text NOT NULL,
    source text NOT NULL,
    bill_group_id uuid,
    location_id uuid,
    session_id uuid,
    CONSTRAINT pk_access_grants PRIMARY KEY (grant_id)
);
CREATE INDEX ix_access_grants_user_id_workspace_id ON access_grants (user_id, workspace_id);
CREATE TABLE access_versions (
    user_id uuid NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT pk_access_versions PRIMARY KEY (user_id)
);
CREATE TABLE idempotency_keys (
    user_id uuid NOT NULL,
    key text NOT NULL,
    request_hash bytea NOT NULL,
    response bytea,
    created_at timestamptz DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT pk_idempotency_keys PRIMARY KEY (user_id, key)
);
CREATE INDEX ix_idempotency_keys_created_at ON idempotency_keys (created_at);
CREATE TABLE inbox (
    queue text NOT NULL,
    event_id uuid NOT NULL,
    received_at timestamptz DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT pk_inbox PRIMARY KEY (queue, event_id)
);
CREATE INDEX ix_inbox_received_at ON inbox (received_at);
CREATE TABLE outbox (
    id bigint GENERATED ALWAYS AS IDENTITY,
    event_id uuid NOT NULL,
    exchange text NOT NULL,
    routing_key text NOT NULL,
    body text NOT NULL,
    expires_at timestamptz,
    created_at timestamptz DEFAULT clock_timestamp() NOT NULL,
    published_at timestamptz,
    CONSTRAINT pk_outbox PRIMARY KEY (id),
    CONSTRAINT uq_outbox_event_id UNIQUE (event_id)
);
CREATE INDEX ix_outbox_published ON outbox (published_at) WHERE published_at IS NOT NULL;
CREATE INDEX ix_outbox_waiting ON outbox (id) WHERE published_at IS NULL;
CREATE TABLE relay_state (
    id smallint DEFAULT '1' NOT NULL,
    asleep boolean DEFAULT 'true' NOT NULL,
    CONSTRAINT pk_relay_state PRIMARY KEY (id)
);
CREATE TABLE workspace_copies (
    id uuid NOT NULL,
    parent_workspace_id uuid,
    kind text NOT NULL,
    slug text NOT NULL,
    display_name text NOT NULL,
    account_number text NOT NULL,
    connected boolean NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT pk_workspace_copies PRIMARY KEY (id)
);
INSERT INTO relay_state DEFAULT VALUES;
"""


def upgrade() -> None:
    for statement in CREATE.strip().removesuffix(";").split(";"):
        op.execute(statement)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
