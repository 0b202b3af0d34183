"""The base classes of request and response models."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from shared.texts import one_line


class Body(BaseModel):
    """A request body. Unknown fields are rejected, so that no price or state can be injected."""

    model_config = ConfigDict(
        extra="forbid", str_strip_whitespace=True, str_max_length=10_000, use_attribute_docstrings=True
    )


class Read(BaseModel):
    """A response, created from a row's attributes."""

    model_config = ConfigDict(from_attributes=True, use_attribute_docstrings=True)


Line = Annotated[str, Field(max_length=200), BeforeValidator(one_line)]
"""One line of text from people, perhaps empty."""
Name = Annotated[str, Field(min_length=1, max_length=200), BeforeValidator(one_line)]
"""A display name: one line, in which something can be seen."""
