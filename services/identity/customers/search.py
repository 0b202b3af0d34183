"""The search of the Customers page. At most 1,000 customers are found, so that a search costs the same however many
there are. Letters are compared as in other searches; `search_pattern` of the database says which part of a text is
looked for."""

from dataclasses import replace

from services.identity.customers.overview import ListCriteria
from shared.auth import Access
from shared.reads import ScopedReads


async def search(read: ScopedReads, access: Access, criteria: ListCriteria) -> ListCriteria:
    """The criteria with what the search found. Who sees only linked customers has few: these are searched as they are
    read. One more than 1,000 tells that there are more."""
    word = (criteria.q or "").strip()
    if not word:
        return replace(criteria, q=None)
    if access.level != "all":
        return replace(criteria, q=word)
    query = "SELECT search_customers($1, $2) AS id"
    rows = await read.fetch(query, word, criteria.status == "connected")
    return replace(criteria, found=tuple(row["id"] for row in rows))
