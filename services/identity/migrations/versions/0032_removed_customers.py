"""Workspaces that their parent removed before anybody had signed up: no search finds them, and nobody can ask for access to
one."""

from alembic import op

revision = "identity_0032"
down_revision = "identity_0031"
branch_labels = None
depends_on = None

COLUMN = """
ALTER TABLE workspaces ADD COLUMN removed_at timestamptz,
    ADD CONSTRAINT ck_workspaces_removed CHECK (removed_at IS NULL OR connected_at IS NULL)
"""
# As before, but for what is removed.
SEARCH = """
CREATE OR REPLACE FUNCTION search_customers(word text, are_connected boolean) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
SET enable_seqscan = off SET enable_bitmapscan = on SET max_parallel_workers_per_gather = 0 AS $search$
DECLARE
    parent uuid := CASE current_setting('portico.within', true)
        WHEN '*' THEN nullif(current_setting('portico.workspace', true), '')::uuid END;
    by_name text := $$
        SELECT workspace_id FROM (
            SELECT workspace_id, words FROM customer_overview
            WHERE parent_workspace_id = $1 AND connected = $2 AND kind = 'customer'
            ORDER BY sort_name, workspace_id LIMIT $4) listed
        WHERE words LIKE $3 LIMIT 1001 $$;
    pattern text := search_pattern(word);
    matches bigint;
    found uuid[];
BEGIN
    EXECUTE 'SELECT count(*) FROM (' || by_name || ') m' INTO matches USING parent, are_connected, pattern, 200;
    IF matches >= 50 THEN
        EXECUTE 'SELECT array_agg(workspace_id) FROM (' || by_name || ') m' INTO found
            USING parent, are_connected, pattern, 6000;
        IF cardinality(found) > 1000 THEN
            RETURN QUERY SELECT unnest(found);
            RETURN;
        END IF;
    END IF;
    RETURN QUERY EXECUTE $$
        SELECT workspace_id FROM workspaces
        WHERE parent_workspace_id = $1 AND kind = 'customer' AND (connected_at IS NOT NULL) = $2 AND words LIKE $3{there}
        LIMIT 1001 $$ USING parent, are_connected, pattern;
END $search$
"""
ASKED_FOR = """
CREATE OR REPLACE FUNCTION workspace_asked_for(name text) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT workspace_id FROM workspaces WHERE slug = name{there}
    UNION ALL
    SELECT workspace_id FROM workspaces
    WHERE workspace_id = CASE WHEN name ~ '^[0-9a-f]{{8}}(-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}$' THEN name::uuid END{there}
    LIMIT 1
$$
"""


def _replace(there: str) -> None:
    for function in (SEARCH, ASKED_FOR):
        op.execute(function.format(there=there))


def upgrade() -> None:
    op.execute(COLUMN)
    _replace(" AND removed_at IS NULL")


def downgrade() -> None:
    _replace("")
    op.execute("ALTER TABLE workspaces DROP COLUMN removed_at")
