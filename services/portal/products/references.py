"""Products of a document that refer to others of it, which may not be published yet."""

from collections.abc import Mapping
from typing import Any

from services.portal.clients import Refused
from services.portal.clients.catalogue import ProductEntry
from services.portal.refusals import FieldRefusal

RELATIONS = "parts_not_usable"


USUAL: Mapping[str, Any] = {"configuration": {}, "copied": {}, "quantity": 1}


def completed(brings: Any) -> Any:
    """What a document says that comes along, with what it leaves out. What has another shape is as it was: the service
    refuses it."""
    if not isinstance(brings, list):
        return brings
    return [{**USUAL, **each} if isinstance(each, dict) else each for each in brings]


def order_of(entry: ProductEntry) -> int:
    """Products that refer to nothing come first, and add-ons last: they may be for what brings others."""
    return 2 if entry.add_on_to else 1 if entry.brings else 0


def without_what_comes(
    refusal: Refused, entry: ProductEntry, plans_of: Mapping[str, set[str]]
) -> list[FieldRefusal]:  # fmt: skip
    """What is wrong with an entry, without what is wrong only because other products of the document and their plans
    are not published yet."""
    if refusal.kind != RELATIONS:
        return refusal.errors
    return [error for error in refusal.errors if not _comes(entry, error.pointer.split("/")[1:], plans_of)]


def _comes(entry: ProductEntry, path: list[str], plans_of: Mapping[str, set[str]]) -> bool:
    """Whether a pointer leads to a product of the document, or to a plan that it has there."""
    said = entry.model_dump(mode="json", include={"add_on_to", "brings"}, warnings=False)
    match path:
        case ["add_on_to", n]:
            return said["add_on_to"][int(n)] in plans_of
        case ["brings", n, "product"]:
            return said["brings"][int(n)]["product"] in plans_of
        case ["brings", n, "plans", m]:
            brings = said["brings"][int(n)]
            return brings["plans"][int(m)] in plans_of.get(brings["product"], set())
    return False
