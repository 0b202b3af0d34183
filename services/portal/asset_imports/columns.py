"""The columns of a file of assets, in words for its reader."""

from collections.abc import Sequence

from services.portal.clients.asset_imports import AssetRow
from services.portal.csv_files import CsvColumn, CsvRow
from services.portal.vocabulary import CONDITIONS
from shared.language import mark

COLUMNS = (
    CsvColumn("serial_number", mark("Serial number"), required=True),
    CsvColumn("product", mark("Product"), required=True),
    CsvColumn("plan", mark("Plan")),
    CsvColumn("location", mark("Deployed at"), required=True),
    CsvColumn("display_name", mark("Name")),
    CsvColumn("condition", mark("Condition")),
)
EXAMPLES = {
    "serial_number": ("LKG-48213", "LKG-48214"),
    "product": ("Edge gateway", "Edge gateway"),
    "plan": ("Monthly", ""),
    "location": ("Berlin office", "Amsterdam warehouse"),
    "display_name": ("Gateway, reception", ""),
    "condition": ("", ""),
}
WORDS = {
    ("serial_number", "twice"): mark("An earlier line has the same serial number."),
    ("serial_number", "taken"): mark("Another asset of this customer has this serial number."),
    ("product", "not_offered"): mark("There is no such product of the kind Assets that is done by hand."),
    ("product", "ambiguous"): mark("Several products have this name. Enter the key of the product."),
    ("product", "does_not_fit"): mark("It cannot be ordered like this: without further entries, or in this currency."),
    ("plan", "not_offered"): mark("The product has no such plan in the currency of the location’s bill group."),
    ("plan", "ambiguous"): mark("The product has several plans. Enter the name of one."),
    ("location", "not_offered"): mark("The customer has no open location of this name."),
    ("condition", "not_a_choice"): mark("Enter one of the conditions that are named below, or nothing."),
}


def entries_of(rows: Sequence[CsvRow]) -> list[AssetRow]:
    return [AssetRow(**dict(row.values) | {"condition": _condition(row.values["condition"])}) for row in rows]


def _condition(entered: str) -> str:
    """People write it in their language."""
    wanted = entered.casefold()
    known = {text.casefold(): name for name, text in CONDITIONS.items()}
    return known.get(wanted, wanted)
