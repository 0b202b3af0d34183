"""The base classes of request and response models."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError


class Body(BaseModel):
    """A request body. Unknown fields are rejected, so that no price or state can be injected."""

    model_config = ConfigDict(
        extra="forbid", str_strip_whitespace=True, str_max_length=10_000, use_attribute_docstrings=True
    )


class Read(BaseModel):
    """A response, created from a row's attributes."""

    model_config = ConfigDict(from_attributes=True, use_attribute_docstrings=True)


def _one_line(text: str) -> str:
    if any(not letter.isprintable() for letter in text):
        raise PydanticCustomError("not_one_line", "must be one line of printable characters")
    return text


Name = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_one_line)]
"""A display name: one line, not empty."""
