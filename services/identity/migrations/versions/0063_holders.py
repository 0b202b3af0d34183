"""Changes of the two holders of an account. The first admin of each is its primary holder from now on; copies of their
grants in other services catch up, because the grants' version is another one."""

from alembic import op

revision = "identity_0063"
down_revision = "identity_0062"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE holder_changes (
    id uuid NOT NULL CONSTRAINT pk_holder_changes PRIMARY KEY,
    workspace_id uuid NOT NULL CONSTRAINT fk_holder_changes_workspace_id REFERENCES workspaces (workspace_id),
    slot text NOT NULL CONSTRAINT ck_holder_changes_slot CHECK (slot IN ('primary', 'alternate')),
    former_user_id uuid CONSTRAINT fk_holder_changes_former_user_id REFERENCES users (id),
    new_user_id uuid NOT NULL CONSTRAINT fk_holder_changes_new_user_id REFERENCES users (id),
    state text NOT NULL CONSTRAINT ck_holder_changes_state CHECK (
        state IN ('requested', 'proposed', 'effective', 'undone', 'declined', 'withdrawn', 'expired')),
    by_provider boolean NOT NULL,
    reason text CONSTRAINT ck_holder_changes_reason CHECK (length(reason) BETWEEN 1 AND 500),
    proposed_by uuid NOT NULL CONSTRAINT fk_holder_changes_proposed_by REFERENCES users (id),
    proposed_at timestamptz NOT NULL,
    seconded_by uuid CONSTRAINT fk_holder_changes_seconded_by REFERENCES users (id),
    expires_at timestamptz NOT NULL,
    effective_at timestamptz,
    undo_until timestamptz,
    ended_at timestamptz,
    version integer NOT NULL,
    CONSTRAINT ck_holder_changes_staff_say_why CHECK (by_provider = (reason IS NOT NULL)),
    CONSTRAINT ck_holder_changes_only_staff_request CHECK (state <> 'requested' OR by_provider),
    CONSTRAINT ck_holder_changes_four_eyes CHECK (seconded_by <> proposed_by),
    CONSTRAINT ck_holder_changes_only_staff_second CHECK (by_provider OR seconded_by IS NULL),
    CONSTRAINT ck_holder_changes_seconded CHECK (NOT by_provider
        OR state NOT IN ('proposed', 'effective', 'undone', 'declined') OR seconded_by IS NOT NULL),
    CONSTRAINT ck_holder_changes_somebody_else CHECK (former_user_id <> new_user_id),
    CONSTRAINT ck_holder_changes_effective_at CHECK ((state IN ('effective', 'undone')) = (effective_at IS NOT NULL)),
    CONSTRAINT ck_holder_changes_undo_until CHECK (
        (former_user_id IS NOT NULL AND effective_at IS NOT NULL) = (undo_until IS NOT NULL)),
    CONSTRAINT ck_holder_changes_undone_by_former CHECK (state <> 'undone' OR former_user_id IS NOT NULL),
    CONSTRAINT ck_holder_changes_ended CHECK (
        (state IN ('undone', 'declined', 'withdrawn', 'expired')) = (ended_at IS NOT NULL))
);
CREATE UNIQUE INDEX uq_holder_changes_one_open ON holder_changes (workspace_id, slot)
    WHERE state IN ('requested', 'proposed');
CREATE INDEX ix_holder_changes_newest ON holder_changes (workspace_id, proposed_at, id);
CREATE INDEX ix_holder_changes_asked ON holder_changes (new_user_id) WHERE state = 'proposed';
CREATE INDEX ix_holder_changes_expiring ON holder_changes (expires_at) WHERE state IN ('requested', 'proposed');
CREATE TABLE account_searches (
    id uuid NOT NULL CONSTRAINT pk_account_searches PRIMARY KEY,
    workspace_id uuid NOT NULL CONSTRAINT fk_account_searches_workspace_id REFERENCES workspaces (workspace_id),
    searched_at timestamptz NOT NULL
);
CREATE INDEX ix_account_searches_workspace_id ON account_searches (workspace_id, searched_at);
CREATE INDEX ix_account_searches_searched_at ON account_searches (searched_at);
ALTER TABLE workspaces ADD COLUMN holders_checked_at timestamptz, ADD COLUMN holders_asked_at timestamptz;
CREATE INDEX ix_workspaces_holders_said ON workspaces (greatest(connected_at, holders_checked_at, holders_asked_at))
    WHERE connected_at IS NOT NULL;
ALTER TABLE grants DROP CONSTRAINT ck_grants_door;
ALTER TABLE grants ADD CONSTRAINT ck_grants_door CHECK (
    door IS NULL OR (door IN ('access_request', 'added') AND source = 'membership'))
"""
FIRST_ADMINS = """
WITH first AS (
    UPDATE grants g SET holder = 'primary' FROM (
        SELECT DISTINCT ON (a.workspace_id) a.id FROM grants a
        WHERE a.role = 'admin' AND a.source IN ('membership', 'invitation') AND NOT EXISTS (
            SELECT FROM grants h WHERE h.workspace_id = a.workspace_id AND h.holder IS NOT NULL)
        ORDER BY a.workspace_id, a.granted_at, a.id
    ) oldest WHERE g.id = oldest.id RETURNING g.user_id
)
UPDATE users SET grants_version = grants_version + 1 WHERE id IN (SELECT user_id FROM first)
"""


def upgrade() -> None:
    for statement in TABLES.split(";"):
        op.execute(statement)
    op.execute(FIRST_ADMINS)


def downgrade() -> None:
    op.execute("UPDATE grants SET door = NULL WHERE door = 'added'")
    op.execute("ALTER TABLE grants DROP CONSTRAINT ck_grants_door")
    op.execute(
        "ALTER TABLE grants ADD CONSTRAINT ck_grants_door CHECK ("
        "door IS NULL OR (door = 'access_request' AND source = 'membership'))"
    )
    op.execute("DROP INDEX ix_workspaces_holders_said")
    op.execute("ALTER TABLE workspaces DROP COLUMN holders_checked_at, DROP COLUMN holders_asked_at")
    op.execute("DROP TABLE account_searches")
    op.execute("DROP TABLE holder_changes")
