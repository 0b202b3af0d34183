"""The page of a task, with all of its forms, as it is opened and as a refused form comes back."""

from dataclasses import replace
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import Response

from services.portal.addresses import address_of
from services.portal.clients import Refused
from services.portal.clients.manual_tasks import ManualTask
from services.portal.configuration import described, find_fields, quantity_of
from services.portal.forms import Form, pointer_to_name
from services.portal.manual_tasks.views import ManualTaskPage
from services.portal.refusals import FieldRefusal
from services.portal.rendering import page
from services.portal.runtime import runtime_of
from services.portal.viewer import Viewer
from services.portal.vocabulary import CONDITIONS
from services.portal.waiting_orders import FULFIL
from shared.language import current_localisation
from shared.language import gettext as _

SERIALS = "serial_numbers"


async def show_task(request: Request, viewer: Viewer, task_id: UUID, form: Form, status: int = 200) -> Response:
    """``form`` is the one that was sent; the others are as the task is."""
    viewer.require(FULFIL)
    task = await viewer.services.provisioning.manual_task(task_id)
    fields = await find_fields(request, viewer, task.product)
    about = [*quantity_of(task.quantity), *described(task.configuration, fields)]
    today = _today(request)
    whole = replace(form, values=_values(task, today) | form.values)
    conditions = [("", _("Not said")), *CONDITIONS.items()]
    address = address_of(task.place) if task.place else []
    shown = ManualTaskPage(task, about, address, whole, conditions, today, path_of(viewer, task_id))
    return page(request, shown, status)


def path_of(viewer: Viewer, task_id: UUID) -> str:
    return viewer.path(f"manual-tasks/{task_id}")


def serials_of(form: Form) -> list[str]:
    """One per line. Empty lines say nothing."""
    return [line.strip() for line in form.value(SERIALS).splitlines() if line.strip()]


def asset_refused(form: Form, refusal: Refused) -> Form:
    """What is wrong with one of several serial numbers is said at their field, with that number."""
    if refusal.kind == "asset_does_not_fit":
        return form.objected(SERIALS, _too_many())
    serials = serials_of(form)
    return form.refused(replace(refusal, errors=[_at_field(error, serials) for error in refusal.errors]))


def _at_field(error: FieldRefusal, serials: list[str]) -> FieldRefusal:
    name, _dot, place = pointer_to_name(error.pointer).partition(".")
    if name != SERIALS:
        return error
    if not (place.isdecimal() and int(place) < len(serials)):
        return FieldRefusal(f"/{SERIALS}", _too_many())
    said = _("“%(number)s”: %(why)s", number=serials[int(place)], why=error.text)
    return FieldRefusal(f"/{SERIALS}", said)


def _too_many() -> str:
    return _("Enter at most one serial number per piece.")


def _values(task: ManualTask, today: date) -> dict[str, str]:
    """What is known already; and the day that is wanted, for who has no reason to plan another one."""
    wanted = task.wanted_on if task.wanted_on and task.wanted_on >= today else None
    day = task.planned_on or wanted
    return {
        "planned_on": day.isoformat() if day else "",
        "note": task.note,
        SERIALS: "\n".join(task.serial_numbers),
        "condition": task.condition or "",
    }


def _today(request: Request) -> date:
    """Where the reader is."""
    return runtime_of(request).clock.now().astimezone(ZoneInfo(current_localisation().zone)).date()
