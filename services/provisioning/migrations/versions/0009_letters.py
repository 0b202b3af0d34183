"""A search finds letters that have no accent to take off by what they are written as: Æsir by "aesir". It finds words that
end in a capital ß or in a Greek sigma by their beginnings, too."""

from alembic import op

revision = "provisioning_0009"
down_revision = "provisioning_0008"
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


def upgrade() -> None:
    op.execute(SEARCH_TEXT.format(letters=LETTERS))
    _refill("WHERE id IN (SELECT service_id FROM service_words WHERE word ~ '[æœþßðħŋŧς]')")


def _refill(which: str) -> None:
    # FORCE applies row security to the owner too, who has no policy. It is lifted to change the existing rows.
    for table in ("services", "service_words"):
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    # The trigger writes the words anew.
    op.execute(f"UPDATE services SET display_name = display_name {which}")
    for table in ("services", "service_words"):
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def downgrade() -> None:
    op.execute(SEARCH_TEXT.format(letters=LETTERS_BEFORE))
    _refill("")
