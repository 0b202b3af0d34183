"""Fields of requests that name a language or a time zone."""

from collections.abc import Callable
from typing import Annotated, LiteralString

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from shared.language.tags import TAGS
from shared.language.zones import is_zone


def _one_of(is_known: Callable[[str], bool], what: LiteralString) -> AfterValidator:
    def check(value: str) -> str:
        if not is_known(value):
            raise PydanticCustomError("not_a_choice", what)
        return value

    return AfterValidator(check)


Locale = Annotated[
    str,
    Field(max_length=35, json_schema_extra={"enum": list(TAGS)}),
    _one_of(TAGS.__contains__, "must be a language with a region that can be chosen, such as de-AT"),
]
"""A language that texts exist in, with a region whose formats can be chosen."""
TimeZone = Annotated[
    str,
    Field(max_length=64, examples=["Europe/Berlin"]),
    _one_of(is_zone, "must be a time zone of IANA's database, such as Europe/Berlin"),
]
"""A time zone that can be chosen."""
