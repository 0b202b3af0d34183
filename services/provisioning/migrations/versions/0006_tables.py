"""What tables of services and orders need: an index for each filter with each order, and an index of the words of
services' names."""

from collections.abc import Mapping

from alembic import op

revision = "provisioning_0006"
down_revision = "provisioning_0005"
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
WORDS = """
CREATE TABLE service_words (
    service_id uuid NOT NULL CONSTRAINT fk_service_words_service_id REFERENCES services (id) ON DELETE CASCADE,
    word text COLLATE "C" NOT NULL,
    shared integer NOT NULL,
    workspace_id uuid NOT NULL,
    bill_group_id uuid,
    CONSTRAINT pk_service_words PRIMARY KEY (service_id, word)
)
"""
# A trigger, because the version that still runs beside this migration does not write the words.
KEEP = """
CREATE FUNCTION keep_service_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM service_words WHERE service_id = NEW.id;
    INSERT INTO service_words (service_id, word, shared, workspace_id, bill_group_id)
    SELECT NEW.id, word, shared, NEW.workspace_id, NEW.bill_group_id FROM words_of(NEW.display_name);
    RETURN NULL;
END $$
"""
TRIGGER = """
CREATE TRIGGER keep_service_words AFTER INSERT OR UPDATE OF display_name, workspace_id, bill_group_id ON services
FOR EACH ROW EXECUTE FUNCTION keep_service_words()
"""
FILL = """
INSERT INTO service_words (service_id, word, shared, workspace_id, bill_group_id)
SELECT id, word, shared, workspace_id, bill_group_id FROM services, words_of(display_name)
"""
INDEXES = {
    "ix_services_newest": "services (workspace_id, requested_at, id) WHERE version <> -1",
    "ix_services_newest_of_kind_and_state":
        "services (workspace_id, kind, state, requested_at, id) WHERE version <> -2",
    "ix_services_newest_of_group": "services (workspace_id, bill_group_id, requested_at, id) WHERE version <> -3",
    "ix_services_newest_of_group_kind_and_state":
        "services (workspace_id, bill_group_id, kind, state, requested_at, id) WHERE version <> -4",
    "ix_services_by_name": "services (workspace_id, display_name COLLATE names, id) WHERE version <> -5",
    "ix_services_by_name_of_kind_and_state":
        "services (workspace_id, kind, state, display_name COLLATE names, id) WHERE version <> -6",
    "ix_services_by_name_of_group": "services (workspace_id, bill_group_id, display_name COLLATE names, id) WHERE version <> -7",
    "ix_services_by_name_of_group_kind_and_state":
        "services (workspace_id, bill_group_id, kind, state, display_name COLLATE names, id) WHERE version <> -8",
    "ix_service_words": "service_words (workspace_id, word, service_id) INCLUDE (shared, bill_group_id)",
    "ix_service_words_of_group": "service_words (workspace_id, bill_group_id, word, service_id) INCLUDE (shared)",
    "ix_orders_newest": "orders (workspace_id, placed_at, id) WHERE version <> -1",
    "ix_orders_newest_of_state": "orders (workspace_id, state, placed_at, id) WHERE version <> -2",
    "ix_orders_newest_of_group": "orders (workspace_id, bill_group_id, placed_at, id) WHERE version <> -3",
    "ix_orders_newest_of_group_and_state":
        "orders (workspace_id, bill_group_id, state, placed_at, id) WHERE version <> -4",
    "ix_orders_number": 'orders (workspace_id, number COLLATE "C") WHERE version <> -21',
    "ix_orders_number_of_group": 'orders (workspace_id, bill_group_id, number COLLATE "C") WHERE version <> -23',
}  # fmt: skip
"""The conditions are always true. A list's statement says that of its own index, so that PostgreSQL has no other one to
choose (decision 33)."""
BEFORE = {
    "ix_services_newest": "services (workspace_id, requested_at, id)",
    "ix_services_newest_of_kind": "services (workspace_id, kind, requested_at, id)",
    "ix_services_newest_of_group": "services (workspace_id, bill_group_id, requested_at, id)",
    "ix_services_newest_of_group_and_kind": "services (workspace_id, bill_group_id, kind, requested_at, id)",
    "ix_orders_newest": "orders (workspace_id, placed_at, id)",
    "ix_orders_newest_of_group": "orders (workspace_id, bill_group_id, placed_at, id)",
}


def upgrade() -> None:
    for statement in (NAMES, SEARCH_TEXT, WORDS_OF, WORDS, KEEP):
        op.execute(statement)
    op.execute(TRIGGER)
    # FORCE applies row security to the owner too, who has no policy. It is lifted to read the existing rows.
    op.execute("ALTER TABLE services NO FORCE ROW LEVEL SECURITY")
    op.execute(FILL)
    op.execute("ALTER TABLE services FORCE ROW LEVEL SECURITY")
    _replace(BEFORE, INDEXES)


def _replace(old: Mapping[str, str], new: Mapping[str, str]) -> None:
    for name in old:
        op.execute(f"DROP INDEX {name}")
    for name, columns in new.items():
        op.execute(f"CREATE INDEX {name} ON {columns}")


def downgrade() -> None:
    _replace(INDEXES, BEFORE)
    op.execute("DROP TRIGGER keep_service_words ON services")
    op.execute("DROP FUNCTION keep_service_words")
    op.execute("DROP TABLE service_words")
    op.execute("DROP FUNCTION words_of")
    op.execute("DROP FUNCTION search_text")
    op.execute("DROP COLLATION names")
