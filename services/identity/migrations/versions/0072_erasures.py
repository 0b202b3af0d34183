"""A person's account and data are deleted at their wish."""

from alembic import op

revision = "identity_0072"
down_revision = "identity_0070"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE erasures (
    id uuid NOT NULL CONSTRAINT pk_erasures PRIMARY KEY,
    user_id uuid NOT NULL CONSTRAINT fk_erasures_user_id REFERENCES users (id),
    state text NOT NULL CONSTRAINT ck_erasures_state CHECK (state IN ('requested', 'withdrawn', 'done')),
    requested_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    ended_at timestamptz,
    CONSTRAINT ck_erasures_ended CHECK ((state = 'requested') = (ended_at IS NULL)),
    CONSTRAINT ck_erasures_waits CHECK (due_at > requested_at)
);
CREATE UNIQUE INDEX uq_erasures_one_open ON erasures (user_id) WHERE state <> 'withdrawn';
CREATE INDEX ix_erasures_due ON erasures (due_at) WHERE state = 'requested';
ALTER TABLE users ADD COLUMN erased_at timestamptz;
ALTER TABLE users ADD CONSTRAINT ck_users_erased CHECK (erased_at IS NULL OR (
    address = '' AND display_name = '' AND address_key = id::text AND locale IS NULL AND time_zone IS NULL));
CREATE INDEX ix_invitations_address_key ON invitations (address_key);
CREATE INDEX ix_invitations_invited_by ON invitations (invited_by);
"""


def upgrade() -> None:
    for statement in TABLES.split(";"):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP INDEX ix_invitations_invited_by")
    op.execute("DROP INDEX ix_invitations_address_key")
    op.execute("ALTER TABLE users DROP COLUMN erased_at")
    op.execute("DROP TABLE erasures")
