"""JSON that people write: what is wrong with it, and where, by line and column."""

import json
from dataclasses import dataclass
from typing import Any, NoReturn

import orjson
import yaml

from shared.language import gettext as _

DEPTH = 32


@dataclass(frozen=True, slots=True)
class Place:
    line: int
    column: int

    def says(self, text: str) -> str:
        return _("Line %(line)s, column %(column)s: %(what)s", line=self.line, column=self.column, what=text)


class NotJson(Exception):
    """``said`` is for people."""

    def __init__(self, said: str) -> None:
        super().__init__(said)
        self.said = said


def read_object(text: str) -> dict[str, Any]:
    """The JSON object of a text area. An empty one is an empty object. Raises `NotJson`."""
    try:
        found = json.loads(text or "{}", parse_constant=_refuse, object_pairs_hook=_once)
        orjson.dumps(found)  # which sends it
    except json.JSONDecodeError as error:
        what = _("this is not valid JSON. A comma, a quotation mark or a bracket may be missing.")
        raise NotJson(Place(error.lineno, error.colno).says(what)) from None
    except _Twice as error:
        raise NotJson(_("The name %(name)s is there twice in one object.", name=error.args[0])) from None
    except (ValueError, TypeError, RecursionError):  # orjson takes no number of 80 bits, for instance
        raise NotJson(_("This is not valid JSON.")) from None
    if not isinstance(found, dict):
        raise NotJson(_("This has to be an object in braces."))
    return found


class _Twice(Exception):
    """A name of an object is there twice: only the last one would count."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _value in pairs]
        raise _Twice(next(name for name in names if names.count(name) > 1))
    return found


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def place_of(text: str, path: list[str]) -> Place | None:
    """Where a part of the document begins; of what is not there, the part around it. ``text`` is JSON, which is YAML
    as well, if its tabs are spaces."""
    try:
        node = yaml.compose(text.replace("\t", " "), Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError, ValueError):
        return None
    place = _begin(node)
    for step in path:
        node, place = _below(node, step, place)
        if node is None:
            break
    return place


def _below(node: yaml.Node | None, step: str, place: Place | None) -> tuple[yaml.Node | None, Place | None]:
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            if name.value == step:
                return value, _begin(name)
    if isinstance(node, yaml.SequenceNode) and step.isdecimal() and int(step) < len(node.value):
        return node.value[int(step)], _begin(node.value[int(step)])
    return None, place


def _begin(node: yaml.Node | None) -> Place | None:
    return Place(node.start_mark.line + 1, node.start_mark.column + 1) if node and node.start_mark else None
