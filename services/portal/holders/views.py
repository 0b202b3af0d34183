"""What the pages of an account's holders show."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.portal.clients.holders import Holder, Holders, HoldersBelow, Slot
from services.portal.customers.lists import ChildList
from services.portal.forms import Form
from services.portal.views import View

SLOTS: tuple[Slot, ...] = ("primary", "alternate")


@dataclass(frozen=True)
class HoldersPage(View):
    """Both slots, what is open for them, and what is left to the holders."""

    template = "pages/holders/holders.html"
    holders: Holders
    slots: tuple[Slot, ...]
    form: Form


@dataclass(frozen=True)
class ChangeHolder(View):
    """The form for another holder."""

    template = "pages/holders/change.html"
    slot: Slot
    former: Holder | None
    form: Form


@dataclass(frozen=True)
class HoldersBelowPage(View):
    """For the provider's staff, two of whom change a holder together."""

    template = "pages/holders/below.html"
    holders: HoldersBelow
    slots: tuple[Slot, ...]
    options: Sequence[tuple[str, str]]
    """Of the slots."""
    listed: ChildList
    path: str
    back: str
    form: Form
