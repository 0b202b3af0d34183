"""Exports of lists."""

from alembic import op

revision = "plumbing_0006"
down_revision = "plumbing_0005"
branch_labels = None
depends_on = None

CREATE = """
CREATE TABLE exports (
    id uuid NOT NULL,
    workspace_id uuid NOT NULL,
    user_id uuid NOT NULL,
    session_id uuid NOT NULL,
    workspace_kind text NOT NULL,
    list text NOT NULL,
    format text NOT NULL,
    filters jsonb NOT NULL,
    locale text NOT NULL,
    state text DEFAULT 'queued' NOT NULL,
    rows bigint DEFAULT '0' NOT NULL,
    size bigint,
    file_key text,
    rights text,
    requested_at timestamptz DEFAULT clock_timestamp() NOT NULL,
    finished_at timestamptz,
    expires_at timestamptz,
    due_at timestamptz DEFAULT clock_timestamp(),
    lease_id uuid,
    tries integer NOT NULL,
    correlation_id uuid NOT NULL,
    begun_by uuid,
    begun_by_address text,
    begun_via text NOT NULL,
    causation_id uuid,
    parent_workspace_id uuid,
    traceparent text,
    CONSTRAINT pk_exports PRIMARY KEY (id),
    CONSTRAINT ck_exports_state CHECK (state IN ('queued', 'running', 'done', 'failed')),
    CONSTRAINT ck_exports_due_until_over CHECK ((state IN ('queued', 'running')) = (due_at IS NOT NULL)),
    CONSTRAINT ck_exports_expires_when_over CHECK ((state IN ('queued', 'running')) = (expires_at IS NULL)),
    CONSTRAINT ck_exports_a_file_when_done CHECK (file_key IS NULL OR state = 'done'),
    CONSTRAINT ck_exports_lease CHECK (lease_id IS NULL OR due_at IS NOT NULL),
    CONSTRAINT ck_exports_tries CHECK (tries >= 0)
);
CREATE INDEX ix_exports_due_at ON exports (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX ix_exports_of_person ON exports (workspace_id, user_id, requested_at);
CREATE INDEX ix_exports_expires_at ON exports (expires_at) WHERE expires_at IS NOT NULL;
"""


def upgrade() -> None:
    for statement in CREATE.split(";\n")[:-1]:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("exports")
