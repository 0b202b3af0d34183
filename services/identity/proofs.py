"""Random secrets for sign-in, sessions and invitations. Only their SHA-256 digests are stored."""

import hashlib
import secrets
from typing import Annotated
from uuid import UUID

from pydantic import Field

LinkToken = Annotated[str, Field(min_length=20, max_length=200)]


def new_token() -> str:
    """A token of 256 random bits, for a link or a session."""
    return secrets.token_urlsafe(32)


def new_code() -> str:
    """A code of six digits, for typing."""
    return f"{secrets.randbelow(1_000_000):06d}"


def digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def code_digest(challenge_id: UUID, code: str) -> bytes:
    """Includes the challenge's id as a salt, so that one table of a million digests does not break all codes."""
    return digest(f"{challenge_id}:{code}")
