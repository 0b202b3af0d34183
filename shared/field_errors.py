"""What is wrong with a field of a request: a code for programs, which does not change, and a sentence for developers.

A front end has its own words per code, in its reader's language.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Literal, get_args

from pydantic_core import ErrorDetails

Code = Literal[
    "required",
    "too_short",
    "too_long",
    "too_small",
    "too_large",
    "not_more",
    "not_less",
    "not_a_multiple",
    "not_a_choice",
    "wrong_type",
    "not_whole",
    "not_a_date",
    "wrong_form",
    "unknown_field",
    "does_not_fit",
    "against_a_rule",
    "not_of_plan",
    "not_valid",
    "not_json",
    "not_storable",
    "not_one_line",
    "not_an_address",
    "link_in_name",
    "workspace_name",
    "phone_in_name",
    "not_a_phone",
    "not_https",
    "unknown_currency",
    "not_a_vat_number",
    "not_the_code",
    "not_your_address",
    "not_the_account_number",
    "not_offered",
    "foreign_page",
    "only_one",
    "not_a_domain",
    "public_mail_domain",
    "card_number",
    "cannot_change",
    "not_a_pattern",
    "not_a_format",
    "not_a_reference",
    "not_supported",
    "not_a_field_type",
    "not_a_choice_list",
    "too_complex",
    "no_room",
    "not_a_number_field",
    "taken",
    "twice",
    "ambiguous",
    "not_that_day",
]
CODES: tuple[str, ...] = get_args(Code)
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "pointer": {"type": "string", "description": "JSON pointer of the field"},
        "code": {"enum": list(CODES), "description": "What is wrong, for programs"},
        "detail": {"type": "string", "description": "What is wrong, in English"},
        "limit": {"type": "number", "description": "The limit that the code is about"},
    },
    "required": ["pointer", "code", "detail"],
}
_OF_PYDANTIC: Mapping[str, tuple[Code, str]] = {
    "missing": ("required", ""),
    "string_too_short": ("too_short", "min_length"),
    "string_too_long": ("too_long", "max_length"),
    "too_short": ("too_short", "min_length"),
    "too_long": ("too_long", "max_length"),
    "greater_than_equal": ("too_small", "ge"),
    "greater_than": ("too_small", "gt"),
    "less_than_equal": ("too_large", "le"),
    "less_than": ("too_large", "lt"),
    "multiple_of": ("not_a_multiple", "multiple_of"),
    "literal_error": ("not_a_choice", ""),
    "enum": ("not_a_choice", ""),
    "string_pattern_mismatch": ("wrong_form", ""),
    "extra_forbidden": ("unknown_field", ""),
    "json_invalid": ("not_json", ""),
    "int_from_float": ("not_whole", ""),
}
"""The code of pydantic's types of errors, and where they have their limit."""
_ENDINGS: Mapping[str, Code] = {"_type": "wrong_type", "_parsing": "wrong_type", "_parsing_size": "too_large"}


def field_error(pointer: str, code: Code, detail: str, limit: float | None = None) -> dict[str, Any]:
    """An entry of a problem's ``errors``."""
    said: dict[str, Any] = {"pointer": pointer, "code": code, "detail": detail}
    return said if limit is None else said | {"limit": limit}


def pointer_of(path: Iterable[str | int]) -> str:
    """The JSON pointer of a place in a document."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def of_pydantic(errors: Iterable[ErrorDetails], *above: str, skip: int = 0) -> list[dict[str, Any]]:
    """The entries of pydantic's errors. Their places are below ``above``, without their first ``skip`` parts."""
    return [_entry(error, pointer_of([*above, *error["loc"][skip:]])) for error in errors]


def _entry(error: ErrorDetails, pointer: str) -> dict[str, Any]:
    kind, given = error["type"], error.get("ctx", {})
    code, limit_name = _OF_PYDANTIC.get(kind, (_code(kind), ""))
    limit = given.get(limit_name)
    if code == "too_short" and limit == 1:
        code, limit = "required", None
    return field_error(pointer, code, error["msg"], limit if isinstance(limit, int | float) else None)


def _code(kind: str) -> Code:
    own = [code for code in get_args(Code) if code == kind]
    found: list[Code] = own or [code for ending, code in _ENDINGS.items() if kind.endswith(ending)]
    if kind.startswith("date"):
        return "not_a_date"
    return found[0] if found else "not_valid"
