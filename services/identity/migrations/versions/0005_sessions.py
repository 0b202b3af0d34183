"""Work on behalf is its grant alone. Sessions tell from which browser and address they are."""

from alembic import op

revision = "identity_0005"
down_revision = "identity_0004"
branch_labels = None
depends_on = None

ON_BEHALF_SESSIONS = """
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
)
"""


def upgrade() -> None:
    dropped = ("on_behalf_id", "notice_reason", "notice_workspace_name")
    op.execute(f"ALTER TABLE sessions {', '.join(f'DROP COLUMN {name}' for name in dropped)}")
    op.execute("DROP TABLE on_behalf_sessions")
    op.execute("ALTER TABLE sessions ADD COLUMN device_digest bytea, ADD COLUMN browser text, ADD COLUMN ip text")


def downgrade() -> None:
    """Nobody works on behalf afterwards."""
    op.execute("ALTER TABLE sessions DROP COLUMN device_digest, DROP COLUMN browser, DROP COLUMN ip")
    op.execute(ON_BEHALF_SESSIONS)
    op.execute("ALTER TABLE grants NO FORCE ROW LEVEL SECURITY")
    op.execute("DELETE FROM grants WHERE source = 'on_behalf'")
    op.execute("ALTER TABLE grants FORCE ROW LEVEL SECURITY")
    op.execute(
        "ALTER TABLE sessions ADD COLUMN notice_reason text, ADD COLUMN notice_workspace_name text, ADD COLUMN"
        " on_behalf_id uuid CONSTRAINT fk_sessions_on_behalf_id REFERENCES on_behalf_sessions"
    )
