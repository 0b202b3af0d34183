"""Links that carry what they are for, encrypted and signed, so that nothing is stored until they are followed."""

import base64
import hashlib
from dataclasses import dataclass
from typing import Generic, TypeVar

from cryptography.fernet import Fernet, InvalidToken
from pydantic import TypeAdapter, ValidationError

T = TypeVar("T")


class SealBroken(ValueError):
    """The text was not sealed here, or for another purpose."""


@dataclass(frozen=True, slots=True)
class Seal(Generic[T]):
    """Seals values of one shape, for one purpose."""

    secret: str
    purpose: str
    shape: TypeAdapter[T]

    def close(self, value: T) -> str:
        return self._cipher.encrypt(self.shape.dump_json(value)).decode()

    def open(self, sealed: str) -> T:
        """What was sealed. Raises `SealBroken`."""
        try:  # a text outside of ASCII would be a ValueError in str
            return self.shape.validate_json(self._cipher.decrypt(sealed.encode()))
        except (InvalidToken, ValidationError):
            raise SealBroken(self.purpose) from None

    @property
    def _cipher(self) -> Fernet:
        return Fernet(base64.urlsafe_b64encode(hashlib.sha256((self.purpose + self.secret).encode()).digest()))
