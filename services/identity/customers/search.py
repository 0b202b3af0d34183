"""The search of the Customers page. At most 1,000 customers are found, so that a search costs the same however many
there are."""

from dataclasses import replace

from services.identity.customers.overview import ListCriteria
from shared.auth import Access
from shared.reads import Reader

SHORT = 3
"""The index has no shorter parts of a word than these, but at its beginning."""


async def search(read: Reader, access: Access, criteria: ListCriteria) -> ListCriteria:
    """The criteria with what the search found. Who sees only linked customers has few: these are searched as they are
    read. One more than 1,000 tells that there are more."""
    word = (criteria.q or "").strip()
    if not word:
        return replace(criteria, q=None)
    if not any(map(str.isalnum, word)):
        return replace(criteria, found=())
    pattern = _pattern(word)
    if access.level != "all":
        return replace(criteria, q=pattern)
    query = "SELECT search_customers($1, $2) AS id"
    rows = await read.fetch(query, pattern, criteria.status == "connected")
    return replace(criteria, found=tuple(row["id"] for row in rows))


def _pattern(word: str) -> str:
    """A LIKE pattern for a part of `WORDS`; a short one has to begin a word. Wildcards are escaped (S27)."""
    escaped = word.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    return f"% {escaped}%" if len(word) < SHORT else f"%{escaped}%"
