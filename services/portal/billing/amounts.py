"""Amounts that people enter."""

import re
from decimal import Decimal

from babel.numbers import get_currency_precision

WRITTEN = re.compile(r"\d{1,15}(?:[.,]\d{1,3})?")


def minor_of(written: str, currency: str) -> int | None:
    """An amount in minor units, written with a point or a comma, and without separators of thousands. None if it is no
    amount of this currency above zero."""
    found, places = written.strip(), get_currency_precision(currency)
    if not WRITTEN.fullmatch(found):
        return None
    minor = Decimal(found.replace(",", ".")) * 10**places
    return int(minor) if minor == int(minor) and minor > 0 else None
