"""A configuration schema as rows of a form: what each field of an order form asks for, and the way back.

The form shows schemas whose fields stand alone. What it cannot show, such as a rule between fields, is edited as JSON.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import astuple, dataclass, fields
from math import isfinite
from typing import Any

from services.portal.product_fields import text_of
from shared.language import gettext as _
from shared.language import mark

ROWS = 40
"""The most rows of a form. A schema with more fields is edited as JSON."""
PREFIX = "field-"
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,59}")
TYPES = {
    "text": mark("Text"),
    "integer": mark("Whole number"),
    "number": mark("Number"),
    "switch": mark("Switch"),
    "choice": mark("Choice"),
    "number_choice": mark("Choice of numbers"),
}
NUMBERS, CHOICES = ("integer", "number"), ("choice", "number_choice")
JSON_TYPES = {"text": "string", "integer": "integer", "number": "number", "switch": "boolean", "choice": "string"}
BOUNDS = {"text": ("minLength", "maxLength"), "integer": ("minimum", "maximum"), "number": ("minimum", "maximum")}
FOR_TYPES = {"minimum": BOUNDS, "maximum": BOUNDS, "step": NUMBERS, "pattern": ("text",), "choices": CHOICES}
"""The types that these entries are for."""


@dataclass
class Row:
    """One field, as it was entered. Texts are empty where nothing is."""

    name: str = ""
    title: str = ""
    description: str = ""
    type: str = "text"
    required: str = ""
    """``true`` or empty."""
    default: str = ""
    minimum: str = ""
    """Of a text, of its characters."""
    maximum: str = ""
    step: str = ""
    choices: str = ""
    """One per line: the value, and after a bar what people read in its place."""
    pattern: str = ""

    @property
    def is_empty(self) -> bool:
        return astuple(self) == astuple(Row(type=self.type))


ENTRIES = tuple(each.name for each in fields(Row))


def read_rows(values: Mapping[str, str]) -> list[Row]:
    """The rows of a form, in their order."""
    count = values.get("rows", "")
    found = range(min(int(count), ROWS) if count.isdecimal() and len(count) < 4 else 0)
    return [Row(**{name: values.get(entry_name(n, name), "") for name in ENTRIES}) for n in found]


def row_values(rows: list[Row]) -> dict[str, str]:
    """The values of a form with these rows."""
    entries = {entry_name(n, name): getattr(row, name) for n, row in enumerate(rows) for name in ENTRIES}
    return entries | {"rows": str(len(rows))}


def entry_name(n: int, name: str) -> str:
    return f"{PREFIX}{n}-{name}"


def changed(rows: list[Row], act: str) -> list[Row]:
    """The rows after a button of the form: ``add``, ``remove-2``, ``up-2``, ``down-2``."""
    what, _sign, at = act.partition("-")
    n, found = int(at) if at.isdecimal() and len(at) < 4 else -1, list(rows)
    if what == "add" and len(rows) < ROWS:
        return [*rows, Row()]
    if what == "remove" and 0 <= n < len(rows):
        del found[n]
    if what == "up" and 0 < n < len(rows):
        found[n - 1], found[n] = found[n], found[n - 1]
    if what == "down" and 0 <= n < len(rows) - 1:
        found[n + 1], found[n] = found[n], found[n + 1]
    return found


def schema_of(rows: list[Row], *, closed: bool = True) -> tuple[dict[str, Any], dict[str, str]]:
    """The schema that the rows describe, and what is wrong with entries, by their names in the form. ``closed``:
    orders may have no other fields."""
    properties, errors, names = {}, dict[str, str](), set[str]()
    for n, row in enumerate(rows):
        wrong: dict[str, str] = {}
        if not NAME.fullmatch(row.name):
            wrong["name"] = _("Letters, digits and underscores are possible, beginning with a letter.")
        elif row.name in names:
            wrong["name"] = _("Another field has this name.")
        names.add(row.name)
        properties[row.name] = _property(row, wrong)
        errors |= {entry_name(n, name): text for name, text in wrong.items()}
    schema: dict[str, Any] = {"type": "object", "properties": properties}
    if required := [row.name for row in rows if row.required == "true"]:
        schema["required"] = required
    return (schema | {"additionalProperties": False} if closed else schema), errors


def _property(row: Row, wrong: dict[str, str]) -> dict[str, Any]:
    """The schema of a field; what is wrong is put into ``wrong``."""
    about: dict[str, Any] = {}
    if row.type not in TYPES:
        wrong["type"] = _("Choose one of the options.")
        return about
    for name, types in FOR_TYPES.items():
        if getattr(row, name) and row.type not in types:
            wrong[name] = _("Fields of this type have none. Leave it empty.")
    if row.title:
        about["title"] = row.title
    if row.description:
        about["description"] = row.description
    about |= _values(row, wrong)
    if row.default:
        _set(about, "default", _default(row, about), wrong, "default")
    return about


def _values(row: Row, wrong: dict[str, str]) -> dict[str, Any]:
    """What a value may be."""
    if row.type in CHOICES:
        return _choices(row, wrong)
    about: dict[str, Any] = {"type": JSON_TYPES[row.type]}
    limits = dict(zip(BOUNDS.get(row.type, ()), ("minimum", "maximum"), strict=False))
    for keyword, name in limits.items():
        if text := getattr(row, name):
            _set(about, keyword, _length(text) if row.type == "text" else _number(text), wrong, name)
    low, high = (about.get(keyword) for keyword in BOUNDS.get(row.type, ("", "")))
    if low is not None and high is not None and low > high:
        wrong["maximum"] = _("This is less than the least.")
    if row.step and row.type in NUMBERS:
        step = _number(row.step)
        _set(about, "multipleOf", step if step and step > 0 else None, wrong, "step")
    if row.pattern and row.type == "text":
        about["pattern"] = row.pattern
    return about


def _choices(row: Row, wrong: dict[str, str]) -> dict[str, Any]:
    lines = [line.strip() for line in row.choices.splitlines() if line.strip()]
    pairs = [(value.strip(), title.strip()) for value, _bar, title in (line.partition("|") for line in lines)]
    values: list[Any] = [_number(value) if row.type == "number_choice" else value or None for value, _title in pairs]
    if not values:
        wrong["choices"] = _("Enter a choice per line.")
    elif None in values:
        wrong["choices"] = (
            _("Each line has to begin with a number.") if row.type == "number_choice" else _("A line has no value.")
        )
    elif len({json.dumps(value) for value in values}) < len(values):
        wrong["choices"] = _("A choice is there twice.")
    type_ = "string" if row.type == "choice" else "integer" if all(isinstance(v, int) for v in values) else "number"
    if any(title for _value, title in pairs):
        titled = zip(values, pairs, strict=True)
        return {"type": type_, "oneOf": [{"const": v, "title": title} if title else {"const": v}
                                         for v, (_value, title) in titled]}  # fmt: skip
    return {"type": type_, "enum": values}


def _default(row: Row, about: Mapping[str, Any]) -> Any:
    """None if it is none of the field's type."""
    if row.type == "switch":
        return {"true": True, "false": False}.get(row.default.lower())
    if row.type in CHOICES:
        values = about.get("enum") or [one["const"] for one in about.get("oneOf", ())]
        return next((value for value in values if text_of(value) == row.default), None)
    if row.type == "text":
        return row.default
    number = _number(row.default)
    return number if row.type == "number" or isinstance(number, int) else None


def _set(about: dict[str, Any], keyword: str, value: Any, wrong: dict[str, str], name: str) -> None:
    if value is None:
        wrong[name] = _("This does not have the form that is needed.")
    else:
        about[keyword] = value


def _number(text: str) -> int | float | None:
    try:
        number = int(text) if re.fullmatch(r"-?[0-9]{1,18}", text) else float(text) if len(text) < 30 else None
    except ValueError:
        return None
    return number if number is not None and isfinite(number) else None


def _length(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,4}", text) else None


def rows_of(schema: Mapping[str, Any]) -> list[Row] | None:
    """The rows that describe the schema; None if the form cannot show all of it."""
    properties, required = schema.get("properties", {}), schema.get("required", [])
    try:
        rows = [_row(name, about, name in required) for name, about in properties.items()]
    except (AttributeError, KeyError, TypeError):
        return None
    if len(rows) > ROWS:
        return None
    again, errors = schema_of(rows, closed=schema.get("additionalProperties") is False)
    return None if errors or _plain(again) != _plain(schema, again) else rows


def is_closed(schema: Mapping[str, Any]) -> bool:
    return schema.get("additionalProperties") is False


def _row(name: str, about: Mapping[str, Any], required: bool) -> Row:
    options = [(one["const"], one.get("title", "")) for one in about.get("oneOf", ())]
    options = options or [(value, "") for value in about.get("enum", ())]
    row = Row(
        name, about.get("title", ""), about.get("description", ""), _type(about, [value for value, _title in options]),
        "true" if required else "", text_of(about.get("default", "")), step=text_of(about.get("multipleOf", "")),
        choices="\n".join(f"{text_of(value)} | {title}" if title else text_of(value) for value, title in options),
        pattern=about.get("pattern", ""),
    )  # fmt: skip
    low, high = BOUNDS.get(row.type, ("", ""))
    row.minimum, row.maximum = text_of(about.get(low, "")), text_of(about.get(high, ""))
    return row


def _type(about: Mapping[str, Any], values: list[Any]) -> str:
    if values:
        return "choice" if isinstance(values[0], str) else "number_choice"
    return {type_: name for name, type_ in JSON_TYPES.items() if name not in CHOICES}[about["type"]]


def _plain(schema: Mapping[str, Any], with_types_of: Mapping[str, Any] | None = None) -> str:
    """The schema in a form that can be compared. A choice needs no type: it has that of the other schema."""
    types = with_types_of.get("properties", {}) if with_types_of else {}
    properties = {
        name: ({"type": types[name].get("type")} if name in types and {"enum", "oneOf"} & about.keys() else {}) | about
        for name, about in schema.get("properties", {}).items()
    }
    rest = {name: value for name, value in schema.items() if name not in ("properties", "required")}
    fields_in_order = [[name, json.dumps(about, sort_keys=True)] for name, about in properties.items()]
    return json.dumps([fields_in_order, sorted(schema.get("required", [])), rest], sort_keys=True)
