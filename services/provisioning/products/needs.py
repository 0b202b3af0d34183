"""What one service of a product takes of a host: of each resource a number, or what a field of the configuration says.

A field is named as ``speed_gbps``, or with a factor as ``speed_gbps * 1000`` where it counts in another unit.
"""

import re
from collections.abc import Iterator, Mapping
from decimal import ROUND_CEILING, Decimal
from typing import Annotated, Any

from pydantic import Field

from services.provisioning.products.configuration_schema import behind
from services.provisioning.resources import MOST, Resource
from shared.errors import Invalid
from shared.field_errors import field_error

Need = Annotated[int, Field(ge=1, le=MOST)] | Annotated[str, Field(min_length=1, max_length=300)]
Needs = dict[Resource, Need]

FIELD = re.compile(r"(?P<name>.+?)(?: \* (?P<times>[1-9][0-9]{0,5}))?")
TOO_MUCH = 10**15
"""More than all hosts have, and little enough for the database to add up."""


class NeedsNotUsable(Invalid):
    """A service would take what cannot be known from its configuration: of a resource it takes a whole number, or what
    a required field says that is a number of at least 0."""

    title = "What a service takes cannot be known"


def check_needs(needs: Needs, schema: dict[str, Any]) -> None:
    """Raise `NeedsNotUsable`, with an entry per resource. The schema is one that `check_schema` has let through."""
    detail = "must name a required field of the configuration that is a number of at least 0"
    errors = [
        field_error(f"/needs/{resource}", "not_a_number_field", detail)
        for resource, need in needs.items()
        if isinstance(need, str) and _least(schema, _field_of(need)[0]) is None
    ]
    if errors:
        raise NeedsNotUsable("Correct what a service takes, and publish again.", errors=errors)


def amounts(needs: Mapping[str, int | str], configuration: Mapping[str, Any], quantity: int) -> dict[str, int]:
    """What services of this configuration take of each resource, rounded up. Empty: they are placed nowhere."""
    return dict(_some(needs, configuration, quantity))


def least_amounts(needs: Mapping[str, int | str], schema: dict[str, Any]) -> dict[str, int]:
    """What the smallest service of the product takes."""
    names = [_field_of(need)[0] for need in needs.values() if isinstance(need, str)]
    return dict(_some(needs, {name: _least(schema, name) or 0 for name in names}, 1))


def _some(needs: Mapping[str, int | str], configuration: Mapping[str, Any], quantity: int) -> Iterator[tuple[str, int]]:
    for resource, need in needs.items():
        one = Decimal(need) if isinstance(need, int) else _said(need, configuration)
        if taken := min(int(one.to_integral_value(ROUND_CEILING)) * quantity, TOO_MUCH):
            yield resource, taken


def _said(need: str, configuration: Mapping[str, Any]) -> Decimal:
    """What a field says; nothing, if it was configured before the product needed it."""
    name, times = _field_of(need)
    value = configuration.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return Decimal(0)
    return max(Decimal(str(value)), Decimal(0)) * times


def _field_of(need: str) -> tuple[str, int]:
    """The name of a field, and the factor."""
    found = FIELD.fullmatch(need)
    return (found["name"], int(found["times"] or 1)) if found else (need, 1)


def _least(schema: dict[str, Any], name: str) -> int | float | None:
    """The smallest number that a field can have. None: it may be missing, or is no number of at least 0."""
    properties = schema.get("properties", {})
    if name not in properties or name not in schema.get("required", ()):
        return None
    about = behind(schema, properties[name])
    choices = about.get("enum") or [one.get("const") for one in about.get("oneOf", ())]
    if not choices and about.get("type") not in ("integer", "number"):
        return None
    choices = choices or [about.get("minimum", about.get("exclusiveMinimum"))]
    numbers = [each for each in choices if isinstance(each, int | float) and not isinstance(each, bool) and each >= 0]
    return min(numbers) if len(numbers) == len(choices) else None
