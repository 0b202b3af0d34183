"""What a workspace is called in addresses."""

import re
import secrets
import unicodedata

SPELLED = str.maketrans({"ł": "l", "ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i"})
"""Letters that are not accented ones. Case folding spells ß already."""


def stem_of(display_name: str) -> str:
    """``Northwind Logistics`` is ``northwind-logistics``, ``Łódź Straße`` is ``lodz-strasse``."""
    spelled = display_name.casefold().translate(SPELLED)
    plain = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode()
    stem = re.sub(r"[^a-z0-9]+", "-", plain)[:50].strip("-") or "workspace"
    return stem if len(stem) > 1 else f"workspace-{stem}"


def with_suffix(stem: str) -> str:
    """The slug of a workspace whose stem is taken. A number would tell how many there are."""
    return f"{stem}-{secrets.token_hex(3)}"
