"""Rows that a service imports, and what became of them."""

from typing import Literal

from services.portal.clients.http import Answer


class RowError(Answer):
    pointer: str
    code: str
    limit: int | None = None


class RowResult(Answer):
    state: Literal["added", "there_already", "refused"]
    errors: list[RowError]


class Imported(Answer):
    """What became of each row; in a check, what would."""

    added: int
    there_already: int
    refused: int
    rows: list[RowResult]
