"""Entering a customer or a partner to work on behalf of it. Where a reason is asked for, a page of its own asks."""

from fastapi import Request
from fastapi.responses import Response

from services.portal.clients import Refused
from services.portal.customers.views import WhyEnter
from services.portal.forms import Form
from services.portal.rendering import page, see_other
from services.portal.security import local_path
from services.portal.viewer import Viewer

REASON_NEEDED = "reason_needed"


async def enter(request: Request, viewer: Viewer, slug: str, form: Form) -> Response:
    """Begin to work on behalf of the workspace of that name (P25, P26), and go to the page that the form names, or to
    the overview. The form is sent again, with a reason, where one is asked for."""
    try:
        await viewer.services.identity.work_on_behalf(slug, form.value("reason"))
    except Refused as refusal:
        if refusal.kind != REASON_NEEDED and refusal.status != 422:
            raise
        asked = form.refused(refusal) if "reason" in form.values else Form(form.values)
        return page(request, WhyEnter(slug, request.url.path, asked), refusal.status)
    return see_other(local_path(form.value("return_to"), f"/w/{slug}/"))
