"""Secrets that prove something once. They are random, and only their SHA-256 is kept."""

import hashlib
import secrets
from uuid import UUID


def new_token() -> str:
    """256 random bits, for a link or a session."""
    return secrets.token_urlsafe(32)


def new_code() -> str:
    """Six digits that a person can type."""
    return f"{secrets.randbelow(1_000_000):06d}"


def digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def code_digest(challenge_id: UUID, code: str) -> bytes:
    """Bound to its challenge, so that one table of a million digests does not open all of them."""
    return digest(f"{challenge_id}:{code}")
