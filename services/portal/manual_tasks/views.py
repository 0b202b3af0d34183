"""What the pages of work by hand show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from services.portal.clients.manual_tasks import ManualTask
from services.portal.configuration import Property
from services.portal.forms import Form
from services.portal.tables.pages import ListPage
from services.portal.views import View


@dataclass(frozen=True)
class ManualTaskList(ListPage):
    template = "pages/manual_tasks/list.html"


@dataclass(frozen=True)
class ManualTaskPage(View):
    template = "pages/manual_tasks/task.html"
    task: ManualTask
    about: Sequence[Property]
    """The quantity and the configuration."""
    address: Sequence[str]
    """Of the place, line by line."""
    form: Form
    """Of all forms of the page: no two have a field of one name."""
    conditions: Sequence[tuple[str, str]]
    today: date
    """The first day that can be planned."""
    path: str


@dataclass(frozen=True)
class GivingUp(View):
    template = "pages/manual_tasks/give_up.html"
    task: ManualTask
    form: Form
    path: str
    """The page of the task."""
