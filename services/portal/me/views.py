"""What the page of one's own settings shows."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.portal.choices import Group
from services.portal.forms import Form
from services.portal.views import View


@dataclass(frozen=True)
class FormatsPreview(View):
    template = "partials/me/preview.html"
    examples: Sequence[tuple[str, str]]
    """What is written, and how it is with the chosen language and time zone."""


@dataclass(frozen=True)
class MePage(FormatsPreview):
    template = "pages/me/form.html"
    form: Form
    languages: Sequence[Group]
    time_zones: Sequence[Group]
