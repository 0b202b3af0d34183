"""A pasted list of people: an address per line, with a name before or after it."""

import re
from dataclasses import dataclass

MOST_LINES = 50
"""People who are invited at once."""
MOST_CHARACTERS = 10_000

ADDRESS = re.compile(r"[^\s<>,;\"]+@[^\s<>,;\"]+")
AROUND = " \t,;<>\"'"
"""What stands between an address and a name in lists of other programs."""
BETWEEN = re.compile(r"[\W\d_]+")


@dataclass(frozen=True, slots=True)
class Line:
    """``text`` is the line as it was pasted. Without an address in it, the line is the address: the service says what
    is wrong with it."""

    text: str
    address: str
    display_name: str
    holds_several: bool = False
    """Whether there is more than one address in it."""


def read_lines(text: str) -> list[Line]:
    """The lines with something in them."""
    return [_read(line.strip()) for line in text.splitlines() if line.strip()]


def _read(line: str) -> Line:
    found = ADDRESS.findall(line)
    if not found:
        return Line(line, line, line)
    address = found[0].removeprefix("mailto:")
    before, _, after = line.partition(found[0])
    name = " ".join(f"{before.strip(AROUND)} {after.strip(AROUND)}".split())
    return Line(line, address, name or _name_from(address), len(found) > 1)


def _name_from(address: str) -> str:
    """What the letters before the @ spell: people correct their names when they have joined."""
    return BETWEEN.sub(" ", address.partition("@")[0]).strip().title() or address.partition("@")[0]
