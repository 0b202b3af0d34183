"""What tables of users, invitations and contacts need: an index for each filter with each order, and indexes of the words
of names and addresses."""

from collections.abc import Mapping

from alembic import op

revision = "identity_0013"
down_revision = "identity_0012"
branch_labels = None
depends_on = None

# Names differ first by their letters, then by accents and case.
NAMES = "CREATE COLLATION names (provider = icu, locale = 'und-u-ks-level1')"

# Letters without case and accents, and digits; one space for all else.
SEARCH_TEXT = r"""
CREATE FUNCTION search_text(written text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN left(trim(
    regexp_replace(
        translate(
            regexp_replace(lower(upper(normalize(written, NFKD) COLLATE "und-x-icu")), '[\u0300-\u036f]', '', 'g'),
            'øłđ', 'old'),
        '[^[:alnum:]]+', ' ', 'g')), 100)
"""
# The texts from each of their words on. Shared is how many characters begin the one before it in the same way: a search
# for more characters than that finds the row here first.
WORDS_OF = """
CREATE FUNCTION words_of(VARIADIC written text[]) RETURNS TABLE (word text, shared integer)
LANGUAGE sql IMMUTABLE PARALLEL SAFE BEGIN ATOMIC
    WITH split AS (SELECT string_to_array(search_text(each), ' ') AS words FROM unnest(written) each),
    found AS (
        SELECT DISTINCT left(array_to_string(words[n:], ' '), 100) COLLATE "C" AS word
        FROM split, generate_subscripts(words, 1) n)
    SELECT word, (SELECT count(*)::integer FROM generate_series(1, length(word)) n WHERE left(word, n) = left(before, n))
    FROM (SELECT word, lag(word) OVER (ORDER BY word) AS before FROM found) f;
END
"""
MEMBERS = "source IN ('membership', 'invitation')"
WORDS = """
CREATE TABLE {row}_words (
    {row}_id uuid NOT NULL CONSTRAINT fk_{row}_words_{row}_id REFERENCES {row}s (id) ON DELETE CASCADE,
    word text COLLATE "C" NOT NULL,
    shared integer NOT NULL,
    workspace_id uuid NOT NULL,
    CONSTRAINT pk_{row}_words PRIMARY KEY ({row}_id, word)
)
"""
# Triggers, because the version that still runs beside this migration does not write the words.
KEEP = """
CREATE FUNCTION keep_{row}_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM {row}_words WHERE {row}_id = NEW.id;
    INSERT INTO {row}_words ({row}_id, word, shared, workspace_id)
    SELECT NEW.id, word, shared, NEW.workspace_id FROM {words};
    RETURN NULL;
END $$
"""
OF_GRANT = "users u, words_of(NEW.person_name, u.address) WHERE u.id = NEW.user_id"
OF_CONTACT = "words_of(NEW.display_name, NEW.address)"
TRIGGERS = (
    f"""
    CREATE TRIGGER keep_grant_words AFTER INSERT OR UPDATE OF person_name, user_id, workspace_id ON grants
    FOR EACH ROW WHEN (NEW.{MEMBERS}) EXECUTE FUNCTION keep_grant_words()
    """,
    """
    CREATE TRIGGER keep_contact_words AFTER INSERT OR UPDATE OF display_name, address, workspace_id ON contacts
    FOR EACH ROW EXECUTE FUNCTION keep_contact_words()
    """,
)
FILL = (
    f"""
    INSERT INTO grant_words (grant_id, word, shared, workspace_id)
    SELECT g.id, word, shared, g.workspace_id
    FROM grants g JOIN users u ON u.id = g.user_id, words_of(g.person_name, u.address) WHERE g.{MEMBERS}
    """,
    """
    INSERT INTO contact_words (contact_id, word, shared, workspace_id)
    SELECT id, word, shared, workspace_id FROM contacts, words_of(display_name, address)
    """,
)
INDEXES = {
    "ix_grants_members": f"grants (workspace_id, person_name COLLATE names, user_id, id) WHERE {MEMBERS} AND role <> '1'",
    "ix_grants_members_of_role":
        f"grants (workspace_id, role, person_name COLLATE names, user_id, id) WHERE {MEMBERS} AND role <> '2'",
    "ix_grants_active_members":
        "grants (workspace_id, role, greatest(last_active_at, '-infinity'::timestamptz), user_id, id)"
        f" WHERE {MEMBERS} AND role <> '6'",
    "ix_grant_words": "grant_words (workspace_id, word, grant_id) INCLUDE (shared)",
    "ix_contacts_listed": "contacts (workspace_id, display_name COLLATE names, id) WHERE version <> -1",
    "ix_contacts_of_kind": "contacts (workspace_id, kind, display_name COLLATE names, id) WHERE version <> -2",
    "ix_contact_words": "contact_words (workspace_id, word, contact_id) INCLUDE (shared)",
    "ix_invitations_sent": "invitations (workspace_id, sent_at, id) WHERE state <> '1'",
    "ix_invitations_in_state": "invitations (workspace_id, state, sent_at, id) WHERE state <> '2'",
}  # fmt: skip
"""The conditions with numbers are always true. A list's statement says that of its own index, so that PostgreSQL has no
other one to choose (decision 33)."""
BEFORE = {
    "ix_grants_members": f"grants (workspace_id, person_name, user_id, id) WHERE {MEMBERS}",
    "ix_contacts_listed": "contacts (workspace_id, kind, display_name, id)",
    "ix_invitations_sent": "invitations (workspace_id, sent_at, id)",
}


def upgrade() -> None:
    for statement in (NAMES, SEARCH_TEXT, WORDS_OF):
        op.execute(statement)
    for row, words in {"grant": OF_GRANT, "contact": OF_CONTACT}.items():
        op.execute(WORDS.format(row=row))
        op.execute(KEEP.format(row=row, words=words))
    for statement in TRIGGERS:
        op.execute(statement)
    # FORCE applies row security to the owner too, who has no policy. It is lifted to read the existing rows.
    for table in ("grants", "contacts"):
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    for statement in FILL:
        op.execute(statement)
    for table in ("grants", "contacts"):
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    _replace(BEFORE, INDEXES)
    # An index of trigrams is read by bitmaps alone, which hot reads do without.
    op.execute("ALTER FUNCTION search_customers SET enable_bitmapscan = on")


def _replace(old: Mapping[str, str], new: Mapping[str, str]) -> None:
    for name in old:
        op.execute(f"DROP INDEX {name}")
    for name, columns in new.items():
        op.execute(f"CREATE INDEX {name} ON {columns}")


def downgrade() -> None:
    op.execute("ALTER FUNCTION search_customers RESET enable_bitmapscan")
    _replace(INDEXES, BEFORE)
    for row in ("grant", "contact"):
        op.execute(f"DROP TRIGGER keep_{row}_words ON {row}s")
        op.execute(f"DROP FUNCTION keep_{row}_words")
        op.execute(f"DROP TABLE {row}_words")
    op.execute("DROP FUNCTION words_of")
    op.execute("DROP FUNCTION search_text")
    op.execute("DROP COLLATION names")
