"""E-mail addresses: how they are checked, compared and hinted at (S13)."""

import string
from typing import Annotated

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, Field

_ASCII_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


def _deliverable(address: str) -> str:
    """The address as mail is sent to it: its domain in IDNA form, its local part as it was typed.

    A local part outside ASCII is refused: ``mıke`` and ``mike`` look alike, and folding makes them one.
    """
    try:
        found = validate_email(address, allow_smtputf8=False, check_deliverability=False)
    except EmailNotValidError as error:
        raise ValueError(str(error)) from None
    assert found.ascii_email is not None  # without smtputf8 there always is one
    return found.ascii_email


Address = Annotated[str, Field(min_length=3, max_length=254), AfterValidator(_deliverable)]


def address_key(address: str) -> str:
    """What two spellings of one mailbox have in common: the ASCII letters in small, and nothing else folded."""
    return address.translate(_ASCII_LOWER)


def address_hint(address: str) -> str:
    """Enough to recognise one's own address by, and not enough to learn another's: ``j•••@northwind.example``."""
    local, _, domain = address.partition("@")
    return f"{local[0]}•••@{domain}"
