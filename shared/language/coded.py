"""What another service says by a code: in words of the reader's language, or as that service put it."""

from collections.abc import Mapping

from shared.language import formats


def say(words: str | None, values: Mapping[str, int | str], *, otherwise: str) -> str:
    """``words`` with ``values`` at their names, and numbers as the reader writes them. ``otherwise`` if there are no
    words, or if they need a value that is missing, as those of another version may."""
    shown = {name: formats.number(value) if isinstance(value, int) else value for name, value in values.items()}
    try:
        return words % shown if words else otherwise
    except KeyError:
        return otherwise
