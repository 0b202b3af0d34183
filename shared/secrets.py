"""Secrets that can be rotated: each is a list, its values with commas between them. The first one makes: it encrypts,
signs or is sent. All are accepted."""

import hmac
from typing import Annotated

from cryptography.fernet import Fernet, MultiFernet
from pydantic import AfterValidator, SecretStr


def values_of(secret: SecretStr) -> list[str]:
    """In their order; a secret has at least one."""
    return [value.strip() for value in secret.get_secret_value().split(",")]


def is_one_of(secret: SecretStr, given: bytes) -> bool:
    """Whether somebody knows one of the values. It takes as long whatever they sent."""
    return any([hmac.compare_digest(given, value.encode()) for value in values_of(secret)])


def cipher_of(keys: SecretStr) -> MultiFernet:
    """Encrypts with the first key, and decrypts with each. Raises `ValueError` for what is no key."""
    return MultiFernet([Fernet(key) for key in values_of(keys)])


def _are_there(secret: SecretStr) -> SecretStr:
    if not all(values_of(secret)):
        raise ValueError("must be values with commas between them, none of them empty")
    return secret


def _are_keys(keys: SecretStr) -> SecretStr:
    try:
        cipher_of(keys)
    except ValueError:
        raise ValueError("must be Fernet keys, with commas between them") from None
    return keys


SecretList = Annotated[SecretStr, AfterValidator(_are_there)]
"""A process with an empty value does not start."""
FernetKeys = Annotated[SecretStr, AfterValidator(_are_keys)]
"""A process with a wrong key does not start."""
