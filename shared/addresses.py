"""E-mail addresses: validation, comparison and masking (S13)."""

import string
from typing import Annotated

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

_ASCII_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


def deliverable(address: str) -> str:
    """The address as used for sending: the domain in IDNA form, the local part unchanged.

    A non-ASCII local part is rejected: ``mıke`` and ``mike`` look alike, and case folding makes them equal.
    """
    try:
        found = validate_email(address, allow_smtputf8=False, check_deliverability=False)
    except EmailNotValidError as error:
        raise PydanticCustomError("not_an_address", "is not a mail address: {why}", {"why": str(error)}) from None
    assert found.ascii_email is not None  # without smtputf8 there always is one
    return found.ascii_email


Address = Annotated[str, Field(min_length=3, max_length=254), AfterValidator(deliverable)]


def address_key(address: str) -> str:
    """The key under which two spellings of one mailbox are equal: only ASCII letters are lower-cased."""
    return address.translate(_ASCII_LOWER)


def address_hint(address: str) -> str:
    """A masked address, which its owner recognises and which tells nobody else: ``j•••@northwind.example``."""
    local, _, domain = address.partition("@")
    return f"{local[0]}•••@{domain}"
