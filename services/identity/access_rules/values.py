"""What an access rule may name: one domain or one address, in the form in which both are compared."""

from functools import cache
from pathlib import Path
from typing import Literal

from email_validator import EmailNotValidError, validate_email
from pydantic_core import PydanticCustomError

from shared.addresses import address_key, deliverable

RuleKind = Literal["domain", "address"]
SEPARATORS = ",; \t\n"


def normal_form(kind: RuleKind, written: str) -> str:
    """The domain in IDNA form and lower case, or the key of the address. Raises a PydanticCustomError for anything
    else, also for a list, and for the domain of a public mail service."""
    if any(separator in written for separator in SEPARATORS):
        raise PydanticCustomError("only_one", "must be one entry; add each further one by itself")
    if kind == "address":
        return address_key(deliverable(written))
    domain = _domain(written.removeprefix("@"))
    if domain in public_mail_domains():
        raise PydanticCustomError("public_mail_domain", "is a public mail service, where anybody can get an address")
    return domain


def domain_of(value: str) -> str:
    """The domain of a rule's value."""
    return value.rpartition("@")[2]


def _domain(written: str) -> str:
    try:
        found = validate_email(f"somebody@{written}", allow_smtputf8=False, check_deliverability=False)
    except EmailNotValidError:
        raise PydanticCustomError("not_a_domain", "is not a domain such as northwind.example") from None
    return found.ascii_domain.lower()


@cache
def public_mail_domains() -> frozenset[str]:
    """The domains in which anybody can get an address. The file names its source."""
    lines = (Path(__file__).parent / "public_mail_domains.txt").read_text().splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))
