"""The tree of workspaces, people and their grants, signing in, invitations, and the customers overview."""

from alembic import op

revision = "identity_0001"
down_revision = None
branch_labels = ("identity",)
depends_on = "plumbing_0001"

TREE = """
CREATE SEQUENCE account_numbers START 100001;
CREATE TABLE workspaces (
    workspace_id uuid CONSTRAINT pk_workspaces PRIMARY KEY,
    parent_workspace_id uuid CONSTRAINT fk_workspaces_parent_workspace_id REFERENCES workspaces,
    kind text NOT NULL,
    slug text NOT NULL CONSTRAINT uq_workspaces_slug UNIQUE,
    display_name text NOT NULL,
    account_number text NOT NULL CONSTRAINT uq_workspaces_account_number UNIQUE,
    created_at timestamptz NOT NULL,
    connected_at timestamptz,
    version integer NOT NULL,
    CONSTRAINT ck_workspaces_tree CHECK ((kind = 'provider') = (parent_workspace_id IS NULL))
);
CREATE INDEX ix_workspaces_parent_workspace_id ON workspaces (parent_workspace_id);
CREATE UNIQUE INDEX uq_workspaces_one_provider ON workspaces (kind) WHERE kind = 'provider';
CREATE TABLE customer_overview (
    workspace_id uuid CONSTRAINT pk_customer_overview PRIMARY KEY
        CONSTRAINT fk_customer_overview_workspace_id REFERENCES workspaces,
    parent_workspace_id uuid NOT NULL CONSTRAINT fk_customer_overview_parent_workspace_id REFERENCES workspaces,
    slug text NOT NULL,
    display_name text NOT NULL,
    account_number text NOT NULL,
    status text NOT NULL,
    contact_address text,
    contact_name text,
    mrr jsonb NOT NULL,
    mrr_sort_minor bigint NOT NULL,
    has_mrr boolean NOT NULL,
    mrr_version bigint NOT NULL,
    ports integer NOT NULL,
    virtual_circuits integer NOT NULL,
    cloud_connections integer NOT NULL,
    counts_version bigint NOT NULL,
    last_activity_at timestamptz,
    last_order_at timestamptz
);
CREATE INDEX ix_customer_overview_by_cloud_connections
    ON customer_overview (parent_workspace_id, cloud_connections, workspace_id)
    WHERE status = 'connected';
CREATE INDEX ix_customer_overview_by_last_activity
    ON customer_overview (parent_workspace_id, coalesce(last_activity_at, '-infinity'::timestamptz), workspace_id)
    WHERE status = 'connected';
CREATE INDEX ix_customer_overview_by_last_order
    ON customer_overview (parent_workspace_id, coalesce(last_order_at, '-infinity'::timestamptz), workspace_id)
    WHERE status = 'connected';
CREATE INDEX ix_customer_overview_by_mrr
    ON customer_overview (parent_workspace_id, mrr_sort_minor, workspace_id)
    WHERE status = 'connected';
CREATE INDEX ix_customer_overview_by_name
    ON customer_overview (parent_workspace_id, lower(display_name), workspace_id)
    WHERE status = 'connected';
CREATE INDEX ix_customer_overview_by_ports ON customer_overview (parent_workspace_id, ports, workspace_id)
    WHERE status = 'connected';
CREATE INDEX ix_customer_overview_by_virtual_circuits
    ON customer_overview (parent_workspace_id, virtual_circuits, workspace_id)
    WHERE status = 'connected';
CREATE INDEX ix_customer_overview_not_connected
    ON customer_overview (parent_workspace_id, lower(display_name), workspace_id)
    WHERE status <> 'connected';
CREATE TABLE contacts (
    id uuid CONSTRAINT pk_contacts PRIMARY KEY,
    workspace_id uuid NOT NULL CONSTRAINT fk_contacts_workspace_id REFERENCES workspaces,
    kind text NOT NULL,
    address text NOT NULL,
    display_name text NOT NULL,
    wants_service_mail boolean NOT NULL,
    is_on_file boolean NOT NULL,
    version integer NOT NULL
);
CREATE INDEX ix_contacts_workspace_id ON contacts (workspace_id);
CREATE UNIQUE INDEX uq_contacts_one_on_file ON contacts (workspace_id) WHERE is_on_file;
"""

ACCESS = """
CREATE TABLE users (
    id uuid CONSTRAINT pk_users PRIMARY KEY,
    address text NOT NULL,
    address_key text NOT NULL CONSTRAINT uq_users_address_key UNIQUE,
    display_name text NOT NULL,
    default_workspace_id uuid NOT NULL CONSTRAINT fk_users_default_workspace_id REFERENCES workspaces,
    grants_version integer NOT NULL,
    registered_at timestamptz NOT NULL,
    version integer NOT NULL
);
CREATE TABLE grants (
    id uuid CONSTRAINT pk_grants PRIMARY KEY,
    user_id uuid NOT NULL CONSTRAINT fk_grants_user_id REFERENCES users,
    workspace_id uuid NOT NULL CONSTRAINT fk_grants_workspace_id REFERENCES workspaces,
    role text NOT NULL,
    source text NOT NULL,
    bill_group_id uuid,
    location_id uuid,
    session_id uuid,
    granted_at timestamptz NOT NULL,
    last_active_at timestamptz,
    CONSTRAINT ck_grants_on_behalf_names_its_session CHECK ((source = 'on_behalf') = (session_id IS NOT NULL))
);
CREATE INDEX ix_grants_user_id ON grants (user_id);
CREATE INDEX ix_grants_workspace_id ON grants (workspace_id);
CREATE UNIQUE INDEX uq_grants_one_link ON grants (user_id, workspace_id) WHERE source = 'link';
CREATE UNIQUE INDEX uq_grants_one_membership ON grants (user_id, workspace_id)
    WHERE source IN ('membership', 'invitation') AND bill_group_id IS NULL;
CREATE UNIQUE INDEX uq_grants_one_on_behalf ON grants (session_id) WHERE source = 'on_behalf';
"""

SIGN_IN = """
CREATE TABLE sign_in_challenges (
    id uuid CONSTRAINT pk_sign_in_challenges PRIMARY KEY,
    state text NOT NULL,
    address text NOT NULL,
    address_key text NOT NULL,
    ip text NOT NULL,
    browser_digest bytea NOT NULL,
    invitation_id uuid,
    invitation_workspace_id uuid,
    token_digest bytea,
    code_digest bytea,
    wrong_codes integer NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    mailed_at timestamptz
);
CREATE INDEX ix_sign_in_challenges_by_address ON sign_in_challenges (address_key, created_at);
CREATE INDEX ix_sign_in_challenges_by_ip ON sign_in_challenges (ip, created_at);
CREATE INDEX ix_sign_in_challenges_unmailed ON sign_in_challenges (created_at) WHERE mailed_at IS NULL;
CREATE TABLE on_behalf_sessions (
    id uuid CONSTRAINT pk_on_behalf_sessions PRIMARY KEY,
    workspace_id uuid NOT NULL CONSTRAINT fk_on_behalf_sessions_workspace_id REFERENCES workspaces,
    parent_workspace_id uuid NOT NULL CONSTRAINT fk_on_behalf_sessions_parent_workspace_id REFERENCES workspaces,
    user_id uuid NOT NULL CONSTRAINT fk_on_behalf_sessions_user_id REFERENCES users,
    session_id uuid NOT NULL,
    grant_id uuid NOT NULL,
    state text NOT NULL,
    started_at timestamptz NOT NULL,
    ended_at timestamptz
);
CREATE INDEX ix_on_behalf_sessions_open_of ON on_behalf_sessions (user_id) WHERE state = 'open';
CREATE INDEX ix_on_behalf_sessions_parent_workspace_id ON on_behalf_sessions (parent_workspace_id);
CREATE INDEX ix_on_behalf_sessions_workspace_id ON on_behalf_sessions (workspace_id);
CREATE UNIQUE INDEX uq_on_behalf_sessions_one_open ON on_behalf_sessions (session_id) WHERE state = 'open';
CREATE TABLE sessions (
    id uuid CONSTRAINT pk_sessions PRIMARY KEY,
    token_digest bytea NOT NULL CONSTRAINT uq_sessions_token_digest UNIQUE,
    user_id uuid NOT NULL CONSTRAINT fk_sessions_user_id REFERENCES users,
    acting_workspace_id uuid NOT NULL CONSTRAINT fk_sessions_acting_workspace_id REFERENCES workspaces,
    on_behalf_id uuid CONSTRAINT fk_sessions_on_behalf_id REFERENCES on_behalf_sessions,
    created_at timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ended_at timestamptz,
    notice_reason text,
    notice_workspace_name text
);
CREATE INDEX ix_sessions_live ON sessions (user_id) WHERE ended_at IS NULL;
CREATE TABLE signing_keys (
    id uuid CONSTRAINT pk_signing_keys PRIMARY KEY,
    state text NOT NULL,
    public_jwk jsonb NOT NULL,
    sealed_private_jwk bytea NOT NULL,
    created_at timestamptz NOT NULL,
    retired_at timestamptz
);
CREATE UNIQUE INDEX uq_signing_keys_one_next ON signing_keys (state) WHERE state = 'next';
CREATE UNIQUE INDEX uq_signing_keys_one_signing ON signing_keys (state) WHERE state = 'signing';
"""

INVITATIONS = """
CREATE TABLE invitations (
    id uuid CONSTRAINT pk_invitations PRIMARY KEY,
    workspace_id uuid NOT NULL CONSTRAINT fk_invitations_workspace_id REFERENCES workspaces,
    address text NOT NULL,
    address_key text NOT NULL,
    display_name text NOT NULL,
    role text NOT NULL,
    state text NOT NULL,
    invited_by uuid NOT NULL CONSTRAINT fk_invitations_invited_by REFERENCES users,
    inviter text NOT NULL,
    sent_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX ix_invitations_expiring ON invitations (expires_at) WHERE state = 'pending';
CREATE INDEX ix_invitations_workspace_id ON invitations (workspace_id);
CREATE UNIQUE INDEX uq_invitations_one_pending ON invitations (workspace_id, address_key)
    WHERE state = 'pending';
CREATE TABLE invitation_secrets (
    token_digest bytea CONSTRAINT pk_invitation_secrets PRIMARY KEY,
    invitation_id uuid NOT NULL CONSTRAINT fk_invitation_secrets_invitation_id REFERENCES invitations,
    workspace_id uuid NOT NULL
);
CREATE INDEX ix_invitation_secrets_invitation_id ON invitation_secrets (invitation_id);
"""

TABLES = (
    "workspaces",
    "customer_overview",
    "contacts",
    "users",
    "grants",
    "sign_in_challenges",
    "on_behalf_sessions",
    "sessions",
    "signing_keys",
    "invitations",
    "invitation_secrets",
)


def upgrade() -> None:
    for part in (TREE, ACCESS, SIGN_IN, INVITATIONS):
        _run(part)
    op.execute("GRANT USAGE ON SEQUENCE account_numbers TO portico_identity_api, portico_identity_worker")


def _run(statements: str) -> None:
    for statement in statements.split(";\n"):
        if statement.strip():
            op.execute(statement)


def downgrade() -> None:
    op.execute(f"DROP TABLE {', '.join(TABLES)}")
    op.execute("DROP SEQUENCE account_numbers")
