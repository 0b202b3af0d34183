"""New credentials are encrypted before they come near the database, and bound to the operation that made them."""

from collections.abc import Sequence
from uuid import UUID

from cryptography.fernet import InvalidToken
from pydantic import BaseModel, Field, SecretStr, ValidationError

from services.provisioning.drivers.port import Credential
from shared.secrets import cipher_of


class SealBroken(Exception):
    """The key is gone, or it was sealed for another operation."""


class Opened(BaseModel):
    """One credential. Its repr does not show the value."""

    name: str
    code: str | None
    value: str = Field(repr=False)


class _Contents(BaseModel):
    operation_id: UUID
    credentials: list[Opened]


def seal(keys: SecretStr, operation_id: UUID, credentials: Sequence[Credential]) -> bytes:
    """Encrypt them with the newest key, so that they open for this operation alone."""
    opened = [Opened(name=each.name.english, code=each.name.code, value=each.value) for each in credentials]
    contents = _Contents(operation_id=operation_id, credentials=opened)
    return cipher_of(keys).encrypt(contents.model_dump_json().encode())


def unseal(keys: SecretStr, operation_id: UUID, sealed: bytes) -> list[Opened]:
    """What was sealed for this operation. Raises `SealBroken`."""
    try:
        contents = _Contents.model_validate_json(cipher_of(keys).decrypt(sealed))
    except (InvalidToken, ValidationError):
        raise SealBroken from None  # the error would contain what was sealed
    if contents.operation_id != operation_id:
        raise SealBroken
    return contents.credentials
