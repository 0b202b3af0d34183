"""JSON objects of limited size, which have no fixed schema."""

import json
from typing import Annotated, Any

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

LARGEST_DOCUMENT = 32_768


def _small(document: dict[str, Any]) -> dict[str, Any]:
    if len(json.dumps(document)) > LARGEST_DOCUMENT:
        raise PydanticCustomError(
            "too_long", "must be at most {max_length} characters of JSON", {"max_length": LARGEST_DOCUMENT}
        )
    return document


Document = Annotated[dict[str, Any], AfterValidator(_small)]
"""A JSON object without a fixed schema, of limited size."""
