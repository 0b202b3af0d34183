"""What people tried and were refused."""

from alembic import op

revision = "plumbing_0008"
down_revision = "plumbing_0007"
branch_labels = None
depends_on = None

CREATE = """
CREATE TABLE refused_attempts (
    workspace_id uuid NOT NULL,
    user_id uuid NOT NULL,
    operation text NOT NULL,
    permission text NOT NULL,
    told_at timestamptz NOT NULL,
    told bigint NOT NULL,
    untold bigint DEFAULT '0' NOT NULL,
    correlation_id uuid NOT NULL,
    begun_by uuid,
    begun_by_address text,
    begun_via text NOT NULL,
    causation_id uuid,
    parent_workspace_id uuid,
    traceparent text,
    CONSTRAINT pk_refused_attempts PRIMARY KEY (workspace_id, user_id, operation),
    CONSTRAINT ck_refused_attempts_counts CHECK (untold >= 0 AND told > 0)
)
"""


def upgrade() -> None:
    op.execute(CREATE)
    op.execute("CREATE INDEX ix_refused_attempts_told_at ON refused_attempts (told_at)")


def downgrade() -> None:
    op.drop_table("refused_attempts")
