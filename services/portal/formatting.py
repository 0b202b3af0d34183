"""The filters of templates: the reader's formats, and how names and identifiers are shown."""

import re
from datetime import datetime
from decimal import Decimal

from markupsafe import Markup, escape

from shared.language import formats


def first_up(text: str) -> str:
    """With a capital first letter, the others as they are."""
    return text[:1].upper() + text[1:]


def sentence(text: str) -> str:
    text = first_up(text.strip())
    return text if text.endswith((".", "!", "?")) else f"{text}."


def initials(name: str) -> str:
    words = [word for word in name.split() if word[0].isalnum()] or ["?"]
    return "".join(word[0] for word in words[:2]).upper()


def hue(name: str) -> int:
    """One of six avatar colours, always the same for a name."""
    return sum(name.encode()) % 6


def breakable(address: str) -> Markup:
    """An e-mail address that may wrap after its @ in a narrow column."""
    return escape(address).replace("@", Markup("@<wbr>"))


def identifier(name: str) -> Markup:
    """A name of code, which goes on in a new line after a dot or a low line where a column is narrow."""
    return escape(name).replace(".", Markup(".<wbr>")).replace("_", Markup("_<wbr>"))


def prose(text: str) -> Markup:
    """A sentence in which names of code stand between backticks."""
    parts = enumerate(re.split("`+", text))
    return Markup().join(Markup("<code>{}</code>").format(part) if n % 2 else part for n, part in parts)


def file_size(size: int) -> str:
    """In the unit in which it is read most easily, to three digits."""
    step = 0
    value = Decimal(size)
    while value >= 1000 and step < len(SIZES) - 1:
        step, value = step + 1, value / 1000
    places = Decimal(1) if step == 0 or value >= 100 else Decimal("0.1") if value >= 10 else Decimal("0.01")
    return f"{formats.number(value.quantize(places).normalize())} {SIZES[step]}"


SIZES = ("B", "kB", "MB", "GB", "TB")
"""Powers of 1,000, as shops and file managers count. The signs are the same in all languages."""


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


FILTERS = {
    "amounts": formats.amounts,
    "money": formats.money,
    "round_money": formats.round_money,
    "number": formats.number,
    "file_size": file_size,
    "day": formats.day,
    "month": formats.month,
    "stamp": formats.stamp,
    "ago": formats.ago,
    "really_ago": formats.really_ago,
    "breakable": breakable,
    "identifier": identifier,
    "prose": prose,
    "moment": moment,
    "first_up": first_up,
    "initials": initials,
    "hue": hue,
}
