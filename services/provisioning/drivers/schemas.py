from typing import Any

from shared.schemas import Read


class DriverRead(Read):
    """A driver that products can name."""

    name: str
    options_schema: dict[str, Any]
    """JSON Schema of a product's driver options."""
