"""A search finds letters that have no accent to take off by what they are written as: Æsir by "aesir". It finds words that
end in a capital ß or in a Greek sigma by their beginnings, too."""

from alembic import op

revision = "identity_0019"
down_revision = "identity_0018"
branch_labels = None
depends_on = None

SEARCH_TEXT = r"""
CREATE OR REPLACE FUNCTION search_text(written text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN left(trim(
    regexp_replace(
        {letters},
        '[^[:alnum:]]+', ' ', 'g')), 100)
"""
# Without case: a ß that was a capital is still one, and a sigma looks as at the end of a word wherever a text ends.
PLAIN = r"""regexp_replace(lower(upper(normalize(written, NFKD) COLLATE "und-x-icu")), '[\u0300-\u036f]', '', 'g')"""
LETTERS = f"""
        translate(
            replace(replace(replace(replace({PLAIN}, 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th'), 'ß', 'ss'),
            'øłđðħŋŧς', 'olddhntσ')"""
LETTERS_BEFORE = f"translate({PLAIN}, 'øłđ', 'old')"

# The triggers write the words anew.
REFILL = {
    "grants": ("person_name", "grant_words", "grant_id"),
    "contacts": ("display_name", "contact_words", "contact_id"),
}


def upgrade() -> None:
    op.execute(SEARCH_TEXT.format(letters=LETTERS))
    for table, (name, words, id_) in REFILL.items():
        _refill(table, name, f"WHERE id IN (SELECT {id_} FROM {words} WHERE word ~ '[æœþßðħŋŧς]')")


def _refill(table: str, name: str, which: str) -> None:
    # FORCE applies row security to the owner too, who has no policy. It is lifted to change the existing rows.
    tables = table, REFILL[table][1]
    for each in tables:
        op.execute(f"ALTER TABLE {each} NO FORCE ROW LEVEL SECURITY")
    op.execute(f"UPDATE {table} SET {name} = {name} {which}")
    for each in tables:
        op.execute(f"ALTER TABLE {each} FORCE ROW LEVEL SECURITY")


def downgrade() -> None:
    op.execute(SEARCH_TEXT.format(letters=LETTERS_BEFORE))
    for table, (name, *_) in REFILL.items():
        _refill(table, name, "")
