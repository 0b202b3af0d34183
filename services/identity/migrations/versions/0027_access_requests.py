"""Asking for access to a workspace, and by which door members came."""

from alembic import op

revision = "identity_0027"
down_revision = "identity_0026"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE access_requests (
    id uuid NOT NULL CONSTRAINT pk_access_requests PRIMARY KEY,
    workspace_id uuid NOT NULL CONSTRAINT fk_access_requests_workspace_id REFERENCES workspaces (workspace_id),
    user_id uuid NOT NULL CONSTRAINT fk_access_requests_user_id REFERENCES users (id),
    state text NOT NULL CONSTRAINT ck_access_requests_state
        CHECK (state IN ('pending', 'approved', 'denied', 'withdrawn', 'expired')),
    message text NOT NULL CONSTRAINT ck_access_requests_message CHECK (length(message) <= 300),
    asked_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    decided_by uuid CONSTRAINT fk_access_requests_decided_by REFERENCES users (id),
    decided_at timestamptz,
    reason text CONSTRAINT ck_access_requests_reason CHECK (length(reason) <= 300),
    version integer NOT NULL,
    CONSTRAINT ck_access_requests_denied_with_a_reason CHECK ((state = 'denied') = (reason IS NOT NULL)),
    CONSTRAINT ck_access_requests_decided_by CHECK (state IN ('approved', 'denied') OR decided_by IS NULL)
);
CREATE UNIQUE INDEX uq_access_requests_one_pending ON access_requests (workspace_id, user_id) WHERE state = 'pending';
CREATE INDEX ix_access_requests_user_id ON access_requests (user_id);
CREATE INDEX ix_access_requests_asked ON access_requests (workspace_id, asked_at, id) WHERE state <> '1';
CREATE INDEX ix_access_requests_in_state ON access_requests (workspace_id, state, asked_at, id) WHERE state <> '2';
CREATE INDEX ix_access_requests_expiring ON access_requests (expires_at) WHERE state = 'pending';
CREATE TABLE asked_workspaces (
    id uuid NOT NULL CONSTRAINT pk_asked_workspaces PRIMARY KEY,
    user_id uuid NOT NULL CONSTRAINT fk_asked_workspaces_user_id REFERENCES users (id),
    name text NOT NULL,
    request_id uuid CONSTRAINT fk_asked_workspaces_request_id REFERENCES access_requests (id),
    asked_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    withdrawn_at timestamptz
);
CREATE INDEX ix_asked_workspaces_own ON asked_workspaces (user_id, asked_at, id);
CREATE INDEX ix_asked_workspaces_asked_at ON asked_workspaces (asked_at);
ALTER TABLE grants ADD COLUMN door text;
ALTER TABLE grants ADD COLUMN let_in_by uuid CONSTRAINT fk_grants_let_in_by REFERENCES users (id);
ALTER TABLE grants ADD CONSTRAINT ck_grants_door
    CHECK (door IS NULL OR (door = 'access_request' AND source = 'membership'))
"""
# As the owner: whoever asks for access may not see the workspace. It tells nothing but its id, which nobody is shown.
FOUND = """
CREATE FUNCTION workspace_asked_for(name text) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT workspace_id FROM workspaces WHERE slug = name
    UNION ALL
    SELECT workspace_id FROM workspaces
    WHERE workspace_id = CASE WHEN name ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN name::uuid END
    LIMIT 1
$$
"""
UNDONE = """
DROP FUNCTION workspace_asked_for(text);
ALTER TABLE grants DROP COLUMN let_in_by;
ALTER TABLE grants DROP COLUMN door;
DROP TABLE asked_workspaces;
DROP TABLE access_requests
"""


def upgrade() -> None:
    for statement in TABLES.split(";"):
        op.execute(statement)
    op.execute(FOUND)
    op.execute("REVOKE EXECUTE ON FUNCTION workspace_asked_for FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION workspace_asked_for TO portico_identity_api")


def downgrade() -> None:
    for statement in UNDONE.split(";"):
        op.execute(statement)
