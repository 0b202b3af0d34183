"""The details of an entry, as far as somebody may see them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from pydantic_core import from_json

from shared.auth import Access
from shared.auth.permissions import handled, level
from shared.events import REGISTRY
from shared.events.money import money_fields

DEEPER_IN_A_PAGE = 8
"""Levels of JSON around an entry's details in a page, with room to spare."""


def read_details(text: str) -> dict[str, Any] | None:
    """Stored details; None if they are nested deeper than a reader of the whole page can follow."""
    try:
        from_json("[" * DEEPER_IN_A_PAGE + text + "]" * DEEPER_IN_A_PAGE)
    except ValueError:
        return None
    found: dict[str, Any] = orjson.loads(text)
    return found


@dataclass(frozen=True)
class MoneySeen:
    """Whose money somebody sees: everybody's in the workspace, or that of some bill groups."""

    everywhere: bool
    bill_groups: frozenset[str]

    @classmethod
    def by(cls, access: Access) -> "MoneySeen":
        """As the permission ``money.view`` says."""
        kind, seen = access.workspace_kind, handled()
        giving = [one for one in access.granted_roles if level("money.view", one.role, kind) in seen]
        everywhere = any(one.bill_group_id is None and one.location_id is None for one in giving)
        return cls(everywhere, frozenset(str(one.bill_group_id) for one in giving if one.bill_group_id))

    def hidden_of(self, action: str, details: Mapping[str, Any]) -> list[str]:
        """The names of details that are hidden: money, and what this version does not know and could be money."""
        if self.everywhere or details.get("bill_group_id") in self.bill_groups:
            return []
        event = REGISTRY.get(action)
        shown = event.model_fields.keys() - money_fields(event) if event else set()
        return sorted(details.keys() - shown)
