"""An index of the words of customers' names, account numbers and slugs, and the function that may use it.

Both extensions are trusted: the owner of a database may create them.
"""

from alembic import op

revision = "identity_0011"
down_revision = "identity_0010"
branch_labels = None
depends_on = None

WORDS = "(((((' ' || display_name) || ' ') || account_number) || ' ') || slug)"
INDEX = f"""
CREATE INDEX ix_workspaces_words ON workspaces USING gin (parent_workspace_id, {WORDS} gin_trgm_ops)
WHERE kind = 'customer'
"""

# As the owner, because row security keeps ILIKE from being looked up in an index. The parent is that of the scope, never
# an argument, and the answer names ids alone, whose rows row security shows or not.
#
# The index of words finds all matches before the first is read. So if a quarter of the first customers by name match, as
# with "Ltd", the matches are read from these. EXECUTE plans with the pattern at hand.
SEARCH = f"""
CREATE FUNCTION search_customers(pattern text, are_connected boolean) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
SET enable_seqscan = off SET max_parallel_workers_per_gather = 0 AS $search$
DECLARE
    parent uuid := CASE current_setting('portico.within', true)
        WHEN '*' THEN nullif(current_setting('portico.workspace', true), '')::uuid END;
    by_name text := $$
        SELECT workspace_id FROM (
            SELECT workspace_id, {WORDS} AS words FROM customer_overview
            WHERE parent_workspace_id = $1 AND connected = $2 AND kind = 'customer'
            ORDER BY sort_name, workspace_id LIMIT $4) listed
        WHERE words ILIKE $3 LIMIT 1001 $$;
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
        WHERE parent_workspace_id = $1 AND kind = 'customer' AND (connected_at IS NOT NULL) = $2 AND {WORDS} ILIKE $3
        LIMIT 1001 $$ USING parent, are_connected, pattern;
END $search$
"""


def upgrade() -> None:
    for extension in ("pg_trgm", "btree_gin"):
        op.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
    op.execute(INDEX)
    op.execute(SEARCH)
    op.execute("REVOKE EXECUTE ON FUNCTION search_customers FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION search_customers TO portico_identity_api")


def downgrade() -> None:
    op.execute("DROP FUNCTION search_customers")
    op.execute("DROP INDEX ix_workspaces_words")
    op.execute("DROP EXTENSION btree_gin, pg_trgm")
