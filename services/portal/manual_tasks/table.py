"""The list of what is to be done by hand."""

from datetime import date
from typing import get_args

from markupsafe import Markup

from services.portal.atoms import status, when
from services.portal.clients.manual_tasks import TaskFilter, TaskSummary
from services.portal.tables import Choice, Column, Empty, Table
from services.portal.tables.cells import NOTHING, named, tile
from services.portal.viewer import Viewer
from services.portal.vocabulary import hand_work, pill
from shared.language import formats, mark
from shared.language import gettext as _

STATES = [state for state in get_args(TaskFilter) if state]


def _task(task: TaskSummary, viewer: Viewer) -> Markup:
    product = task.product_name
    if task.quantity > 1:
        product = f"{product} × {formats.number(task.quantity)}"
    return named(tile(task.kind), task.display_name, product, viewer.path(f"manual-tasks/{task.id}"))


def _wanted(on: date | None) -> str:
    return formats.day(on) if on else _("As soon as possible")


MANUAL_TASKS: Table[TaskSummary] = Table(
    id="manual-tasks",
    caption=mark("Work by hand"),
    columns=(
        Column("name", mark("Service"), _task, may_hide=False, look="wide-cell"),
        Column("work", mark("To do"), lambda task, viewer: hand_work(task.verb, task.kind)),
        Column("customer", mark("Customer"), lambda task, viewer: task.customer_name or NOTHING, look="wide-cell"),
        Column("order", mark("Order"), lambda task, viewer: task.order_number, at_first=False),
        Column("location", mark("Location"), lambda task, viewer: task.location_name or NOTHING, look="wide-cell"),
        Column("wanted", mark("Wanted for"), lambda task, viewer: _wanted(task.wanted_on), look="when"),
        Column("planned", mark("Planned for"),
               lambda task, viewer: formats.day(task.planned_on) if task.planned_on else NOTHING, look="when"),
        Column("opened", mark("Since"), lambda task, viewer: when(task.opened_at), look="when"),
        Column("state", mark("Status"), lambda task, viewer: status(f"task_{task.state}")),
    ),
    filters=(
        Choice("state", mark("Status"), lambda: [(state, pill(f"task_{state}").word) for state in STATES],
               mark("All that is open")),
    ),
    empty=lambda viewer: Empty(
        "truck-delivery",
        _("Nothing is to be done by hand"),
        _("What people have to deliver, set up, move, collect or take down is listed here as soon as it is ordered."),
    ),
    hint=mark("Choose another status, or clear the filter."),
    row_id=lambda task: str(task.id),
    fold_early=True,
)  # fmt: skip
