"""Lists as tables show them: searched, filtered, sorted and counted. A request costs the same however many rows there
are (decision 33): every combination that is answered has an index, and a search finds at most 1,000."""

from shared.lists.asked import MOST, Listing, ListQuery, Part, Search, Sort, TableQuery, Wanted, within, within_groups
from shared.lists.fetching import fetch_list

__all__ = [
    "MOST", "ListQuery", "Listing", "Part", "Search", "Sort", "TableQuery", "Wanted", "fetch_list", "within",
    "within_groups",
]  # fmt: skip
