"""What the page of the billing run shows."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.portal.clients.unfinished import RunPreview
from services.portal.forms import Form
from services.portal.tables.pages import ListPage
from services.portal.viewer import Section


@dataclass(frozen=True)
class ParkedGroupList(ListPage):
    template = "pages/billing_runs/parked.html"
    form: Form
    """The refused one, if any."""
    preview: Section[RunPreview] | None
    """What the run would bill; None: the day cannot be chosen."""
    day_form: Form
    """Which day was chosen."""
    cursor: str
    """Of the preview."""
    reasons: Mapping[str, str]
    """Why a bill group is left out, in words."""
