from typing import Any

from shared.schemas import Read


class PublicKeysRead(Read):
    """A JSON Web Key Set (RFC 7517) of Ed25519 keys."""

    keys: list[dict[str, Any]]
