"""Links to files: encrypted, for one file, one person and a few minutes. Nothing is stored of them until they are
used."""

from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID, uuid4

from cryptography.fernet import InvalidToken
from pydantic import BaseModel, SecretStr, ValidationError

from shared.events import Actor
from shared.secrets import cipher_of

LIFE = timedelta(minutes=5)
"""Of real time."""


class NoLink(Exception):
    """It was not made here, or its key is gone, or it has expired."""


class Link(BaseModel):
    """What a link says, to us alone."""

    use: Literal["download"] = "download"
    """Nothing else that is encrypted with the same keys passes for a link."""
    id: UUID
    file_id: UUID
    workspace_id: UUID
    parent_workspace_id: UUID | None
    actor: Actor
    """Who asked for it, and by which door they came."""
    expires_at: datetime


def make_link(
    file_id: UUID, *, workspace_id: UUID, parent_workspace_id: UUID | None, actor: Actor, now: datetime
) -> Link:
    """``now`` is real time."""
    return Link(
        id=uuid4(), file_id=file_id, workspace_id=workspace_id, parent_workspace_id=parent_workspace_id, actor=actor,
        expires_at=now + LIFE,
    )  # fmt: skip


def seal_link(keys: SecretStr, link: Link) -> str:
    """Letters that a path can have as they are."""
    return cipher_of(keys).encrypt(link.model_dump_json().encode()).decode().rstrip("=")


def open_link(keys: SecretStr, sealed: str, now: datetime) -> Link:
    """``now`` is real time. Raises `NoLink`."""
    try:
        padded = sealed + "=" * (-len(sealed) % 4)
        link = Link.model_validate_json(cipher_of(keys).decrypt(padded.encode()))
    except (InvalidToken, ValidationError, ValueError):
        raise NoLink from None
    if now >= link.expires_at:
        raise NoLink
    return link
