"""What a change makes different, field by field."""

from dataclasses import dataclass
from typing import Any

from services.portal.configuration import described
from services.portal.product_fields import Field
from services.portal.viewer import Section
from shared.language import formats
from shared.language import gettext as _

NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Difference:
    label: str
    before: str
    after: str


def differences(
    before: dict[str, Any] | None, after: dict[str, Any] | None, fields: Section[list[Field]],
    quantities: tuple[int, int],
) -> list[Difference]:  # fmt: skip
    """The fields of two configurations that are not alike, and the quantities if they are not."""
    former = {each.label: each.value for each in described(before, fields)}
    wanted = {each.label: each.value for each in described(after, fields)}
    labels = [*wanted, *(label for label in former if label not in wanted)]
    found = [Difference(label, former.get(label, NOTHING), wanted.get(label, NOTHING)) for label in labels]
    found = [each for each in found if each.before != each.after]
    if quantities[0] != quantities[1]:
        found.insert(0, Difference(_("Quantity"), *(formats.number(each) for each in quantities)))
    return found
