"""Accounts that their holders close."""

from alembic import op

revision = "identity_0090"
down_revision = "identity_0088"
branch_labels = None
depends_on = None

COLUMNS = """
ALTER TABLE workspaces ADD COLUMN closing_asked_at timestamptz,
    ADD COLUMN closing_asked_by uuid REFERENCES users (id),
    ADD COLUMN closes_at timestamptz, ADD COLUMN closing_told_at timestamptz, ADD COLUMN closed_at timestamptz,
    ADD CONSTRAINT ck_workspaces_closing CHECK (
        num_nulls(closing_asked_at, closing_asked_by, closes_at) IN (0, 3)),
    ADD CONSTRAINT ck_workspaces_closing_told CHECK (closing_told_at IS NULL OR closes_at IS NOT NULL),
    ADD CONSTRAINT ck_workspaces_closes_later CHECK (closes_at > closing_asked_at),
    ADD CONSTRAINT ck_workspaces_closed_in_time CHECK (closed_at >= closes_at),
    ADD CONSTRAINT ck_workspaces_closed_as_asked CHECK (closed_at IS NULL OR closes_at IS NOT NULL),
    ADD CONSTRAINT ck_workspaces_may_close CHECK (
        closes_at IS NULL OR (kind <> 'provider' AND connected_at IS NOT NULL));
CREATE INDEX ix_workspaces_closing ON workspaces (closes_at) WHERE closes_at IS NOT NULL AND closed_at IS NULL;
ALTER TABLE customer_overview ADD COLUMN closes_at timestamptz, ADD COLUMN closed_at timestamptz
"""
ASKED_FOR = """
CREATE OR REPLACE FUNCTION workspace_asked_for(name text) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT workspace_id FROM workspaces WHERE slug = name AND removed_at IS NULL{open}
    UNION ALL
    SELECT workspace_id FROM workspaces
    WHERE workspace_id = CASE WHEN name ~ '^[0-9a-f]{{8}}(-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}$' THEN name::uuid END
        AND removed_at IS NULL{open}
    LIMIT 1
$$
"""
"""A closed account is answered as one that does not exist."""


def upgrade() -> None:
    for statement in COLUMNS.split(";"):
        op.execute(statement)
    op.execute(ASKED_FOR.format(open=" AND closed_at IS NULL"))


def downgrade() -> None:
    op.execute(ASKED_FOR.format(open=""))
    op.execute("ALTER TABLE customer_overview DROP COLUMN closes_at, DROP COLUMN closed_at")
    op.execute(
        "ALTER TABLE workspaces DROP COLUMN closing_asked_at, DROP COLUMN closing_asked_by, DROP COLUMN closes_at,"
        " DROP COLUMN closing_told_at, DROP COLUMN closed_at"
    )
