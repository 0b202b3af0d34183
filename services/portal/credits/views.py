"""What the page of a credit shows."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from services.portal.clients.payments import Credit
from services.portal.forms import Form
from services.portal.texts import Texts
from services.portal.views import View
from shared.language import mark

KINDS = Texts(
    {
        "surplus": mark("More was paid than was owed"),
        "applied": mark("Paid an invoice"),
        "unapplied": mark("A payment of an invoice was undone"),
        "refund": mark("Paid back"),
        "refund_failed": mark("Paying back failed"),
        "taken_back": mark("Taken back by the bank"),
    }
)


@dataclass(frozen=True)
class CreditPage(View):
    template = "pages/credits/credit.html"
    group_path: str
    """The page of the bill group."""
    credit: Credit
    form: Form
    """To pay some of it back."""
    entry_kinds: Mapping[str, str] = field(default_factory=lambda: KINDS)
