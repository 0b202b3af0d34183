from typing import Annotated

from pydantic import Field

from services.provisioning.locations.schemas import RowResult
from shared.schemas import Body, Read

MOST_ROWS = 200
"""Assets that are imported at once. Each is an order."""


class AssetRow(Body):
    """An asset to import, as it is written. What is wrong with it is told in the row's result, with all else that is
    wrong, so that nothing but its size refuses the request."""

    serial_number: str = ""
    product: str = ""
    """The name or the key of a product of kind ``asset`` that is provisioned by hand."""
    plan: str = ""
    """The name of one of the product's plans. Empty: its only one in the currency of the location's bill group."""
    location: str = ""
    """The name of an open location of the customer."""
    display_name: str = ""
    """What it is called. Empty: by its product's name."""
    condition: str = ""
    """``new``, ``good``, ``worn`` or ``damaged``; empty: not said."""


class AssetsImport(Body):
    rows: Annotated[list[AssetRow], Field(min_length=1, max_length=MOST_ROWS)]


class AssetsImported(Read):
    """What became of each row; in a check, what would. An asset is ``there_already`` if one of this serial number and
    product is at this location. The ids are those of services."""

    added: int
    there_already: int
    refused: int
    rows: list[RowResult]
    """In the order of the request."""
