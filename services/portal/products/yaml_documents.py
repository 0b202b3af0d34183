"""The catalogue as a YAML document: read with the place of each part, and written.

Read are the plain data of YAML 1.2's core schema: no anchors, aliases, tags and merges, whose effect a reader does not
see where they stand, and which can make a small document large.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson
import yaml

from services.portal.products.json_places import DEPTH, Place
from shared.language import gettext as _

MOST_BYTES = 150_000
"""In a form it takes up to three times as many, which the limit of bodies has to let through."""
MOST_NODES = 20_000
MOST_FAULTS = 50
INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
FLOAT = re.compile(r"-?[0-9]{1,40}\.[0-9]{1,40}(?:[eE][-+][0-9]{1,3})?")
# Texts that look like one of these are quoted by PyYAML, so that what is written is read as the same.
PLAIN = {"": None, "~": None, "null": None, "true": True, "false": False}

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, for people, and where."""

    said: str
    place: Place | None = None

    @property
    def text(self) -> str:
        return self.place.says(self.said) if self.place else self.said


@dataclass(slots=True)
class Document:
    value: Any
    places: dict[Path, Place] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def place(self, path: Path) -> Place | None:
        """Of this part; of what is not there, of the part around it."""
        return next((self.places[path[:n]] for n in range(len(path), -1, -1) if path[:n] in self.places), None)

    def fault(self, path: Path, said: str) -> None:
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(Fault(said, self.place(path)))


def read_document(content: bytes) -> Document:
    """The document, or one with what is wrong with it."""
    fault = None
    if len(content) > MOST_BYTES:
        fault = Fault(_("The document is larger than 150 KB."))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8", "replace")
        fault = Fault(_("This is not UTF-8."), _end_of(before))
    return Document(None, faults=[fault]) if fault else _document_of(text)


def _document_of(text: str) -> Document:
    try:
        document = _read(text)
        orjson.dumps(document.value)  # which sends it
        return document
    except TypeError:
        return Document(None, faults=[Fault(_("The document has a character or a number that cannot be saved."))])
    except _Refused as refusal:
        return Document(None, faults=[refusal.fault])
    except yaml.reader.ReaderError as error:
        return Document(None, faults=[Fault(_("This character is not possible."), _end_of(text[: error.position]))])
    except yaml.MarkedYAMLError as error:
        said = _("This is not valid YAML. Look at the indentation, quotation marks and colons here and above.")
        return Document(None, faults=[Fault(said, _place(error.problem_mark or error.context_mark))])


class _Refused(Exception):
    def __init__(self, said: str, mark: Any) -> None:
        self.fault = Fault(said, _place(mark))


def _read(text: str) -> Document:
    _check(yaml.parse(text, Loader=LOADER))
    node = yaml.compose(text, Loader=LOADER)
    document = Document(None)
    if node is not None:
        document.places[()] = _place_of(node)
        document.value = _built(node, (), document)
    return document


LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _check(events: Iterator[Any]) -> None:
    """Before anything is made of them: what is refused, and how much there is."""
    depth = documents = 0
    for number, event in enumerate(events):
        documents += isinstance(event, yaml.DocumentStartEvent)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _Refused(_("Anchors and aliases are not possible."), event.start_mark)
        if getattr(event, "tag", None):
            raise _Refused(_("Tags are not possible."), event.start_mark)
        if depth > DEPTH + 8:
            raise _Refused(_("This is nested too deep."), event.start_mark)
        if number > MOST_NODES:
            raise _Refused(_("The document has too many parts."), event.start_mark)
        if documents > 1:
            raise _Refused(_("Only one document at a time is possible."), event.start_mark)


def _built(node: yaml.Node, path: Path, document: Document) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return _scalar(node)
    if isinstance(node, yaml.SequenceNode):
        for n, each in enumerate(node.value):
            document.places[(*path, n)] = _place_of(each)
        return [_built(each, (*path, n), document) for n, each in enumerate(node.value)]
    found: dict[str, Any] = {}
    for name, value in node.value:
        if not isinstance(name, yaml.ScalarNode) or name.value == "<<":
            raise _Refused(_("Only a text can be a name here."), name.start_mark)
        if name.value in found:
            raise _Refused(_("The name %(name)s is there twice.", name=name.value), name.start_mark)
        document.places[(*path, name.value)] = _place_of(name)
        found[name.value] = _built(value, (*path, name.value), document)
    return found


def _scalar(node: yaml.ScalarNode) -> Any:
    text = node.value
    if node.style is not None and node.style != "":
        return text
    if text in PLAIN:
        return PLAIN[text]
    if INTEGER.fullmatch(text):
        return int(text)
    return float(text) if FLOAT.fullmatch(text) else text


def _place_of(node: yaml.Node) -> Place:
    return Place(node.start_mark.line + 1, node.start_mark.column + 1)


def _place(mark: Any) -> Place | None:
    return Place(mark.line + 1, mark.column + 1) if mark else None


def _end_of(text: str) -> Place:
    *_lines, last = text.split("\n")
    return Place(text.count("\n") + 1, len(last) + 1)


class _Dumper(yaml.SafeDumper):  # type: ignore[misc]  # PyYAML has no types
    """Without anchors for what is there twice."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    """Line breaks other than the usual one are kept only with escapes."""
    style = '"' if re.search("[\r\x85\u2028\u2029]", text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def write_document(value: Any) -> str:
    """YAML that `read_document` reads as the same value."""
    written: str = yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)
    return written
