"""Credentials of services are made anew, and wait, encrypted, to be shown once."""

from alembic import op

revision = "provisioning_0020"
down_revision = "provisioning_0019"
branch_labels = None
depends_on = None

TABLES = (
    """CREATE TABLE sealed_credentials (
        operation_id uuid NOT NULL, workspace_id uuid NOT NULL, sealed bytea, made_at timestamptz NOT NULL,
        shown_at timestamptz,
        CONSTRAINT pk_sealed_credentials PRIMARY KEY (operation_id),
        CONSTRAINT fk_sealed_credentials_operation_id FOREIGN KEY (operation_id) REFERENCES operations (id),
        CONSTRAINT ck_sealed_credentials_shown_once CHECK (sealed IS NULL OR shown_at IS NULL))""",
    "CREATE INDEX ix_sealed_credentials_made_at ON sealed_credentials (made_at) WHERE sealed IS NOT NULL",
    """CREATE TABLE simulated_credentials (
        service_id uuid NOT NULL, user_name varchar NOT NULL, key varchar, digest bytea, pending_key varchar,
        pending_password varchar, pending_since timestamptz,
        CONSTRAINT pk_simulated_credentials PRIMARY KEY (service_id),
        CONSTRAINT ck_simulated_credentials_in_force CHECK ((key IS NULL) = (digest IS NULL)),
        CONSTRAINT ck_simulated_credentials_pending CHECK ((pending_key IS NULL) = (pending_password IS NULL)),
        CONSTRAINT ck_simulated_credentials_pending_since CHECK ((pending_key IS NULL) = (pending_since IS NULL)))""",
)


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE sealed_credentials")
    op.execute("DROP TABLE simulated_credentials")
    op.execute(
        "UPDATE operations SET state = 'failed', due_at = NULL, lease_id = NULL"
        " WHERE verb = 'reset_credentials' AND state IN ('queued', 'running')"
    )
