"""Moves of customers from one seller to another, which the customer's admins consent to."""

from alembic import op

revision = "identity_0062"
down_revision = "identity_0061"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE moves (
    id uuid NOT NULL CONSTRAINT pk_moves PRIMARY KEY,
    workspace_id uuid NOT NULL CONSTRAINT fk_moves_workspace_id REFERENCES workspaces (workspace_id),
    from_workspace_id uuid NOT NULL CONSTRAINT fk_moves_from_workspace_id REFERENCES workspaces (workspace_id),
    from_company text NOT NULL,
    to_workspace_id uuid NOT NULL CONSTRAINT fk_moves_to_workspace_id REFERENCES workspaces (workspace_id),
    to_company text NOT NULL,
    company text NOT NULL,
    reason text NOT NULL CONSTRAINT ck_moves_reason CHECK (length(reason) BETWEEN 1 AND 500),
    state text NOT NULL CONSTRAINT ck_moves_state
        CHECK (state IN ('proposed', 'consented', 'declined', 'withdrawn', 'expired')),
    proposed_by uuid NOT NULL CONSTRAINT fk_moves_proposed_by REFERENCES users (id),
    proposed_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ended_by uuid CONSTRAINT fk_moves_ended_by REFERENCES users (id),
    ended_at timestamptz,
    answer text CONSTRAINT ck_moves_answer CHECK (length(answer) BETWEEN 1 AND 500),
    version integer NOT NULL,
    CONSTRAINT ck_moves_declined_with_a_reason CHECK ((state = 'declined') = (answer IS NOT NULL)),
    CONSTRAINT ck_moves_ended CHECK ((state = 'proposed') = (ended_at IS NULL)),
    CONSTRAINT ck_moves_ended_by CHECK ((state IN ('proposed', 'expired')) = (ended_by IS NULL)),
    CONSTRAINT ck_moves_elsewhere CHECK (from_workspace_id <> to_workspace_id)
);
CREATE UNIQUE INDEX uq_moves_one_open ON moves (workspace_id) WHERE state = 'proposed';
CREATE INDEX ix_moves_newest ON moves (workspace_id, proposed_at, id);
CREATE INDEX ix_moves_expiring ON moves (expires_at) WHERE state = 'proposed'
"""


def upgrade() -> None:
    for statement in TABLES.split(";"):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE moves")
