"""VAT numbers, checked by their form and check digits. Whether one is registered is not asked of anybody."""

from typing import Literal

from stdnum import get_cc_module
from stdnum.exceptions import ValidationError
from stdnum.util import clean

VatCheck = Literal["none", "valid", "invalid", "unchecked"]
MOST = 30


def check_vat(number: str) -> VatCheck:
    """``none`` without a number. ``unchecked``: no rule is known for the country that it begins with."""
    compact = clean(number, " -./").upper()
    if not compact:
        return "none"
    country = {"EL": "GR", "XI": "GB"}.get(compact[:2], compact[:2])
    module = get_cc_module(country.lower(), "vat") if country.isascii() and country.isalpha() else None
    if module is None:
        return "unchecked"
    try:
        module.validate(compact)
    except ValidationError:
        return "invalid"
    return "valid"
