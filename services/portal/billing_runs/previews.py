"""What the billing run would bill up to a day that staff choose."""

from datetime import date

from services.portal.clients import Refused
from services.portal.clients.unfinished import RunPreview
from services.portal.forms import Form
from services.portal.viewer import Section, Viewer, section
from shared.language import gettext as _


async def read_preview(viewer: Viewer, until: str, cursor: str) -> tuple[Section[RunPreview] | None, Form]:
    """The preview, and the form that chose the day. Without one it is up to today. None: the day cannot be chosen, and
    the form says so."""
    form = Form({"until": until} if until else {})
    try:
        day = date.fromisoformat(until) if until else None
    except ValueError:
        return None, form.objected("until", _("Enter a date."))
    try:
        read = viewer.services.billing.run_preview
        return await section(viewer, "billing_run.view", lambda: read(until=day, cursor=cursor)), form
    except Refused as refusal:
        if refusal.status != 422:
            raise
        return None, form.objected("until", _("Choose a day from today on, at most 62 days ahead."))
