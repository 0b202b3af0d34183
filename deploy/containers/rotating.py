"""The steps of a rotation in .env. A secret is a list: the first value is used, all are accepted. So a new value is
added at the end first, and used once every process accepts it. Needs no library.

A comment says that a value was added and is not used yet, so that a step which is repeated does nothing.
"""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

QUOTES = ("'", '"')


class CannotRotate(Exception):
    """The step does not come now; the text says why."""


def _add(file: Path, name: str, value: str) -> str:
    lines, place = _read(file, name)
    following = f"Restart what reads it, one process after another; then --use {name}."
    if _mark(name) in lines:
        return f"{name} has a new value already; nothing was changed. {following}"
    lines[place] = f"{name}={','.join([*_values(lines[place]), value])}"
    _write(file, [*lines[: place + 1], _mark(name), *lines[place + 1 :]])
    return f"{name} has a new value, which is not used yet. {following}"


def _use(file: Path, name: str, value: str) -> str:
    lines, place = _read(file, name)
    following = f"Restart what reads it, one process after another; then `portico rotate {name}`."
    if _mark(name) not in lines:
        if len(_values(lines[place])) == 1:
            raise CannotRotate(f"{name} has one value: --add {name} comes first.")
        return f"The newest value of {name} is used already; nothing was changed. {following}"
    *former, newest = _values(lines[place])
    lines[place] = f"{name}={','.join([newest, *former])}"
    _write(file, [line for line in lines if line != _mark(name)])
    return f"The new value of {name} is used, and the old one is accepted. {following}"


def _retire(file: Path, name: str, value: str) -> str:
    lines, place = _read(file, name)
    if _mark(name) in lines:
        raise CannotRotate(f"The new value of {name} is not used yet: --use {name} comes first.")
    newest, *former = _values(lines[place])
    if not former:
        return f"{name} has one value; nothing was changed."
    lines[place] = f"{name}={newest}"
    _write(file, lines)
    return f"The old value of {name} left. Restart what reads it, one process after another: then it is refused."


STEPS: dict[str, Callable[[Path, str, str], str]] = {"add": _add, "use": _use, "retire": _retire}


def _mark(name: str) -> str:
    return f"# The last value of {name} is new, and not used yet."


def _read(file: Path, name: str) -> tuple[list[str], int]:
    """All lines, and which one has the secret: the last, as compose reads it."""
    lines = file.read_text().splitlines() if file.exists() else []
    places = [place for place, line in enumerate(lines) if line.startswith(f"{name}=")]
    if not places:
        raise CannotRotate(f"{file} does not say {name}.")
    return lines, places[-1]


def _values(line: str) -> list[str]:
    value = line.partition("=")[2].strip()
    if len(value) > 1 and value[0] == value[-1] and value[0] in QUOTES:
        value = value[1:-1]
    return [each.strip() for each in value.split(",")]


def _write(file: Path, lines: list[str]) -> None:
    """Whole, or not at all; and nobody else reads it."""
    target, name = tempfile.mkstemp(dir=file.parent, prefix=".env.")
    try:
        with os.fdopen(target, "w") as written:
            written.write("\n".join(lines) + "\n")
            written.flush()
            os.fsync(written.fileno())
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
