from typing import Any

from shared.schemas import Read


class KeySetRead(Read):
    """A JSON Web Key Set (RFC 7517)."""

    keys: list[dict[str, Any]]
