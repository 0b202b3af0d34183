"""Links that carry what they are for, encrypted and signed, so that nothing is stored until they are followed."""

import base64
import hashlib
from dataclasses import dataclass
from typing import Generic, TypeVar

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from pydantic import SecretStr, TypeAdapter, ValidationError

from shared.secrets import values_of

T = TypeVar("T")


class SealBroken(ValueError):
    """The text was not sealed here, or for another purpose."""


@dataclass(frozen=True, slots=True)
class Seal(Generic[T]):
    """Seals values of one shape, for one purpose."""

    secret: SecretStr
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
    def _cipher(self) -> MultiFernet:
        digests = [hashlib.sha256((self.purpose + value).encode()).digest() for value in values_of(self.secret)]
        return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
