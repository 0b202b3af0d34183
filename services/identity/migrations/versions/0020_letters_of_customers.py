"""The search of the Customers page compares letters as the other searches do, without case, accents and signs: "zurich ag"
finds Zürich AG.

The words are columns: a search reads up to 6,000 of them one by one, and to fold them takes ten times as long as to
compare them. PostgreSQL writes them when a row's name, account number or slug is set. A migration that changes
`search_letters` has to set them all.
"""

from alembic import op

revision = "identity_0020"
down_revision = "identity_0019"
branch_labels = None
depends_on = None

PLAIN = r"""regexp_replace(lower(upper(normalize(written, NFKD) COLLATE "und-x-icu")), '[\u0300-\u036f]', '', 'g')"""
LETTERS = f"""
        translate(
            replace(replace(replace(replace({PLAIN}, 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th'), 'ß', 'ss'),
            'øłđðħŋŧς', 'olddhntσ')"""
FOLDED = f"""trim(
    regexp_replace(
        {LETTERS},
        '[^[:alnum:]]+', ' ', 'g'))"""
# A part of a long name is found, wherever it is. So this is all of a text, of which `search_text` is a beginning.
SEARCH_LETTERS = f"""
CREATE FUNCTION search_letters(written text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN {FOLDED}
"""
SEARCH_TEXT = """
CREATE OR REPLACE FUNCTION search_text(written text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN left({folded}, 100)
"""
# What is left of a text are letters, digits and single spaces: LIKE has no wildcard to escape there. The index has no
# shorter parts of a word than three letters, but at its beginning. Without a letter or digit there is no pattern.
SEARCH_PATTERN = """
CREATE FUNCTION search_pattern(word text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN length(search_letters(word)) < 3 THEN '% ' ELSE '%' END || nullif(search_letters(word), '') || '%'
"""

TABLES = ("workspaces", "customer_overview")
WORDS = "' ' || search_letters(display_name || ' ' || account_number || ' ' || slug)"
WORDS_BEFORE = "(((((' ' || display_name) || ' ') || account_number) || ' ') || slug)"
INDEX = """
CREATE INDEX ix_workspaces_words ON workspaces USING gin (parent_workspace_id, {words} gin_trgm_ops)
WHERE kind = 'customer'
"""

# As before, but that it makes the pattern. A version that still runs beside this migration gives one: its signs count as
# spaces, so that it searches for the same.
SEARCH = """
CREATE FUNCTION search_customers({given} text, are_connected boolean) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
SET enable_seqscan = off SET enable_bitmapscan = on SET max_parallel_workers_per_gather = 0 AS $search$
DECLARE
    parent uuid := CASE current_setting('portico.within', true)
        WHEN '*' THEN nullif(current_setting('portico.workspace', true), '')::uuid END;
    by_name text := $$
        SELECT workspace_id FROM (
            SELECT workspace_id, {words} AS words FROM customer_overview
            WHERE parent_workspace_id = $1 AND connected = $2 AND kind = 'customer'
            ORDER BY sort_name, workspace_id LIMIT $4) listed
        WHERE words {like} $3 LIMIT 1001 $$;
    {declared}matches bigint;
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
        WHERE parent_workspace_id = $1 AND kind = 'customer' AND (connected_at IS NOT NULL) = $2 AND {words} {like} $3
        LIMIT 1001 $$ USING parent, are_connected, pattern;
END $search$
"""


def upgrade() -> None:
    op.execute(SEARCH_LETTERS)
    op.execute(SEARCH_TEXT.format(folded="search_letters(written)"))
    op.execute(SEARCH_PATTERN)
    op.execute("DROP INDEX ix_workspaces_words")
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} ADD COLUMN words text NOT NULL GENERATED ALWAYS AS ({WORDS}) STORED")
    op.execute(INDEX.format(words="words"))
    _replace(given="word", words="words", like="LIKE", declared="pattern text := search_pattern(word);\n    ")


def _replace(**parts: str) -> None:
    op.execute("DROP FUNCTION search_customers")
    op.execute(SEARCH.format(**parts))
    op.execute("REVOKE EXECUTE ON FUNCTION search_customers FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION search_customers TO portico_identity_api")


def downgrade() -> None:
    _replace(given="pattern", words=WORDS_BEFORE, like="ILIKE", declared="")
    op.execute("DROP INDEX ix_workspaces_words")
    op.execute(INDEX.format(words=WORDS_BEFORE))
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} DROP COLUMN words")
    op.execute("DROP FUNCTION search_pattern")
    op.execute(SEARCH_TEXT.format(folded=FOLDED))
    op.execute("DROP FUNCTION search_letters")
