"""The columns of a file of locations, in words for its reader."""

from collections.abc import Sequence

from services.portal.clients.locations import LocationRow
from services.portal.csv_files import CsvColumn, CsvRow
from shared.language import mark

# The titles are the labels of the form.
COLUMNS = (
    CsvColumn("display_name", mark("Name"), required=True),
    CsvColumn("street", mark("Street and number")),
    CsvColumn("postal_code", mark("Postal code")),
    CsvColumn("city", mark("City"), required=True),
    CsvColumn("country", mark("Country")),
    CsvColumn("contact_name", mark("Contact there")),
    CsvColumn("contact_address", mark("E-mail address of the contact")),
    CsvColumn("bill_group", mark("Paid by")),
)
EXAMPLES = {
    "display_name": ("Berlin office", "Amsterdam warehouse"),
    "street": ("Torstraße 1", "Keizersgracht 12"),
    "postal_code": ("10119", "1015 CJ"),
    "city": ("Berlin", "Amsterdam"),
    "country": ("DE", "NL"),
    "contact_name": ("Mara Lind", "Daan Visser"),
    "contact_address": ("mara.lind@example.com", "daan.visser@example.com"),
    "bill_group": ("", ""),
}
"""Two locations. Nobody knows what the bill groups of a customer are called."""
WORDS = {
    ("bill_group", "not_offered"): mark("There is no open bill group of this name."),
    ("bill_group", "ambiguous"): mark("Several open bill groups have this name. Add this location with the form."),
    ("country", "wrong_form"): mark("Enter the country’s two letters, such as DE."),
    ("display_name", "taken"): mark("Another location has this name already, or a closed one. Choose another name."),
    ("display_name", "twice"): mark("An earlier line has the same name."),
}
"""Where a file needs other words than a form, by the field and the code of its error."""


def entries_of(rows: Sequence[CsvRow]) -> list[LocationRow]:
    return [LocationRow(**dict(row.values) | {"country": row.values["country"].upper()}) for row in rows]
