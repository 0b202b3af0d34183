from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from services.provisioning.products.schemas import MAX_QUANTITY
from shared.schemas import Body
from shared.texts import one_line

Condition = Literal["new", "good", "worn", "damaged"]
SerialNumber = Annotated[str, Field(min_length=1, max_length=60), BeforeValidator(one_line)]


class AssetUpdate(Body):
    """What is written down of an asset."""

    serial_numbers: Annotated[list[SerialNumber], Field(max_length=MAX_QUANTITY)] = Field(default_factory=list)
    """Each once, at most one per piece. Only of assets."""
    condition: Condition | None = None
    """In which condition it is; null: not said. Only of assets."""
