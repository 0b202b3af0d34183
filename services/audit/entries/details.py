"""The details of an entry, as far as somebody may see them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.auth import Access
from shared.auth.permissions import handled
from shared.errors import Forbidden
from shared.events import REGISTRY
from shared.events.money import money_fields
from shared.scope import NOTHING, Everywhere, Scope


@dataclass(frozen=True)
class MoneySeen:
    """Whose money somebody sees: everybody's in the workspace, or that of some bill groups."""

    scope: Scope

    @classmethod
    def by(cls, access: Access) -> "MoneySeen":
        """As the permission ``money.view`` says."""
        try:
            return cls(access.narrowed_to("money.view", handled()).scope)
        except Forbidden:
            return cls(NOTHING)

    def hidden_of(self, action: str, details: Mapping[str, Any]) -> list[str]:
        """The names of details that are hidden: money, and what this version does not know and could be money."""
        if isinstance(self.scope, Everywhere) or str(details.get("bill_group_id")) in map(str, self.scope.bill_groups):
            return []
        event = REGISTRY.get(action)
        shown = event.model_fields.keys() - money_fields(event) if event else set()
        return sorted(details.keys() - shown)
