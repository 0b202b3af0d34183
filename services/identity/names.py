"""Names of people and companies, which go into mails to people who may not know the sender, and reasons."""

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from shared.schemas import Name
from shared.texts import one_line

# What mail programs turn into links: a scheme, or a dot between a letter or digit and at least two letters, as in
# "example.com". A single letter after the dot is an abbreviation: "J.R. Hartley", "S.p.A.".
_LINK = re.compile(r"://|[^\W_][.\u3002][^\W\d_]{2,}")

# Seven digits or more, with what people put between them.
_PHONE = re.compile(r"(?:\d[\s().,/\u00a0\u2010-\u2015+-]*){7,}")


def _without_link_or_phone(name: str) -> str:
    plain = unicodedata.normalize("NFKC", name)  # as mail programs and browsers read full-width letters
    if _LINK.search(plain) or "@" in plain:
        raise PydanticCustomError(
            "link_in_name", "A name cannot contain a web or mail address. After a dot, put a space."
        )
    if _PHONE.search(plain):
        raise PydanticCustomError("phone_in_name", "A name cannot contain a phone number.")
    return name


Reason = Annotated[str, Field(min_length=1, max_length=500), BeforeValidator(one_line)]
"""Why somebody above does or proposes something, or why it is declined: one line, in words for those who read it."""

DisplayName = Annotated[Name, AfterValidator(_without_link_or_phone)]
"""The name of a person or company: one line, without a web address, mail address or phone number, because invitations
carry it to strangers."""
