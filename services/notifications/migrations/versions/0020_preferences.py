"""What people chose to be told of, the notices that they get in the portal, and what was switched by links in mails."""

from alembic import op

revision = "notifications_0020"
down_revision = "notifications_0017"
branch_labels = None
depends_on = None

PREFERENCES = """
CREATE TABLE preferences (
    user_id uuid NOT NULL,
    topic text NOT NULL,
    channel text NOT NULL CONSTRAINT ck_preferences_channel CHECK (channel IN ('mail', 'portal')),
    wanted boolean NOT NULL,
    CONSTRAINT pk_preferences PRIMARY KEY (user_id, topic, channel)
)
"""
UNSUBSCRIPTIONS = """
CREATE TABLE unsubscriptions (
    recipient_id uuid NOT NULL,
    topic text NOT NULL,
    workspace_id uuid NOT NULL,
    wanted boolean NOT NULL,
    day date NOT NULL,
    changes integer NOT NULL CONSTRAINT ck_unsubscriptions_changes CHECK (changes >= 1),
    CONSTRAINT pk_unsubscriptions PRIMARY KEY (recipient_id, topic)
)
"""
NOTICES = """
CREATE TABLE notices (
    id uuid CONSTRAINT pk_notices PRIMARY KEY CONSTRAINT fk_notices_id REFERENCES messages,
    user_id uuid NOT NULL,
    workspace_id uuid NOT NULL,
    seen_from uuid,
    topic text NOT NULL,
    thing_id uuid,
    facts jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    read_at timestamptz
)
"""
ENDED = """
CREATE TABLE ended_topics (
    thing_id uuid NOT NULL,
    topic text NOT NULL,
    workspace_id uuid NOT NULL,
    ended_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT pk_ended_topics PRIMARY KEY (thing_id, topic)
)
"""
INDEXES = (
    "CREATE INDEX ix_unsubscriptions_workspace_id ON unsubscriptions (workspace_id)",
    "CREATE INDEX ix_notices_newest ON notices (user_id, created_at, id)",
    "CREATE INDEX ix_notices_unread ON notices (user_id, created_at, id) WHERE read_at IS NULL",
    "CREATE INDEX ix_notices_thing_id ON notices (thing_id) WHERE thing_id IS NOT NULL",
    "CREATE INDEX ix_ended_topics_workspace_id ON ended_topics (workspace_id)",
    "CREATE INDEX ix_ended_topics_ended_at ON ended_topics (ended_at)",
    "CREATE INDEX ix_notices_created_at ON notices (created_at)",
)


def upgrade() -> None:
    for statement in (PREFERENCES, UNSUBSCRIPTIONS, NOTICES, ENDED, *INDEXES):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE ended_topics, notices, unsubscriptions, preferences")
