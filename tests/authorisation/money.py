"""Finds money in an answer: by the names of its fields, and by the amounts that are in the databases."""

import re
from collections.abc import Iterator
from typing import Any

import httpx

from shared.auth.permissions import level
from tests.authorisation.callers import CALLERS, Credential
from tests.authorisation.installation import Installation

FIELD = re.compile(r"_minor$|^mrr|amount|price|cost|revenue|balance|outstanding|(^|_)total(_|$)", re.IGNORECASE)
BETWEEN_DIGITS = re.compile(r"(?<=\d)[.,'\s](?=\d)")
SMALLEST = 1_000_000
"""Amounts below it could be something else: a count, a year, a part of an id."""
COLUMNS = """
SELECT c.table_name AS name, c.column_name AS column FROM information_schema.columns c
WHERE c.table_schema = 'public' AND c.column_name LIKE '%\\_minor'
"""

WITHOUT_MONEY = [
    caller
    for caller in CALLERS
    if caller.role and level("money.view", caller.role, caller.kind) is None and caller.credential == Credential.token
]
"""The callers whose role does not show money: Support, everywhere."""


async def read_amounts(installation: Installation) -> frozenset[str]:
    """The amounts of money in all databases, as digits."""
    found: set[str] = set()
    for site in installation.sites.values():
        for column in await site.rows(COLUMNS):
            query = f'SELECT DISTINCT abs({column["column"]}) AS amount FROM "{column["name"]}"'
            found |= {str(row["amount"]) for row in await site.rows(query) if (row["amount"] or 0) >= SMALLEST}
    return frozenset(found)


def money_in(response: httpx.Response, amounts: frozenset[str]) -> set[str]:
    """The fields of money in an answer, and the known amounts anywhere in it, however they are formatted."""
    digits = set(re.findall(r"\d+", BETWEEN_DIGITS.sub("", response.text)))
    is_json = response.headers.get("content-type", "").partition(";")[0].endswith("json")
    return (digits & amounts) | (set(_fields(response.json())) if is_json and response.content else set())


def _fields(value: Any, name: str = "", *, of_money: bool = False) -> Iterator[str]:
    if isinstance(value, dict):
        for key, child in value.items():
            yield from _fields(child, f"{name}.{key}", of_money=of_money or bool(FIELD.search(key)))
    elif isinstance(value, list):
        for child in value:
            yield from _fields(child, name, of_money=of_money)
    elif of_money and isinstance(value, int | float) and not isinstance(value, bool):
        yield name
