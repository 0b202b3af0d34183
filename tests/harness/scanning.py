"""Whether anything is left of a person in a database: every column of every table is looked through."""

from collections.abc import Collection

from sqlalchemy import text

from tests.harness.databases import Database

BOUNDED = {
    "outbox": "published events are deleted after seven days",
    "idempotency_keys": "answers are deleted after a day",
}
"""Tables that forget by themselves, and when (docs/personal-data.md)."""
TABLES = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1"


def any_row_with(table: str, *words: str) -> str:
    """Whether a row of a table has one of the words, in letters of either case, or as bytes."""
    looked_for = {form for word in words for form in (word, word.encode().hex())}
    has = " OR ".join(f"r::text ILIKE '%{form}%'" for form in sorted(looked_for))
    return f'SELECT EXISTS (SELECT FROM "{table}" r WHERE {has})'


async def tables_naming(database: Database, *words: str, spared: Collection[str] = ()) -> list[str]:
    """The tables that have one of the words. Row security does not hide anything from their owner."""
    async with database.owner.begin() as session:
        tables = [each for each in await session.scalars(text(TABLES)) if each not in BOUNDED and each not in spared]
        return [each for each in tables if await session.scalar(text(any_row_with(each, *words).replace(":", "\\:")))]
