"""One's own name, language, time zone and keyboard shortcuts. The pages belong to the person, not to a workspace."""

from functools import partial
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.choices import languages, time_zones
from services.portal.clients.page_context import Preferences
from services.portal.forms import Form, read_form
from services.portal.localising import of_person
from services.portal.me.views import FormatsPreview, MePage
from services.portal.rendering import page, part
from services.portal.runtime import runtime_of
from services.portal.sending import send_form
from services.portal.viewer import SignedIn
from shared.language import TAGS, formats, is_zone, localise_for, localised_for
from shared.language import gettext as _

router = APIRouter()


@router.get("/me")
async def edit_me(request: Request, viewer: SignedIn) -> Response:
    chosen = viewer.context.preferences
    values = {"display_name": viewer.user.display_name}
    values |= {"locale": chosen.locale or "", "time_zone": chosen.time_zone or ""}
    values |= {"shortcuts": "true"} if viewer.context.shortcuts else {}
    return _form(request, Form(values))


@router.post("/me")
async def change_me(request: Request, viewer: SignedIn) -> Response:
    form = await read_form(request)
    locale, time_zone = form.value("locale") or None, form.value("time_zone") or None
    changing = viewer.services.identity.change_me(
        display_name=form.value("display_name"),
        locale=locale,
        time_zone=time_zone,
        shortcuts=form.value("shortcuts") == "true",
    )

    def said(_done: object) -> str:
        localise_for(of_person(request, Preferences(locale=locale, time_zone=time_zone)))
        return _("Your settings are saved.")

    return await send_form(request, form, changing, refused=partial(_form, request), said=said, path="/me")


@router.get("/me/preview")
async def preview(request: Request, viewer: SignedIn, locale: str = "", time_zone: str = "") -> Response:
    return part(request, FormatsPreview(_examples(request, locale, time_zone)))


def _form(request: Request, form: Form, status: int = 200) -> Response:
    examples = _examples(request, form.value("locale"), form.value("time_zone"))
    return page(request, MePage(examples, form, languages(), time_zones()), status)


def _examples(request: Request, locale: str, time_zone: str) -> list[tuple[str, str]]:
    """How things are written with this language and time zone, each with what it is. What cannot be chosen is as the
    browser says."""
    chosen = Preferences(locale=locale if locale in TAGS else None, time_zone=time_zone if is_zone(time_zone) else None)
    reader, now = of_person(request, chosen), runtime_of(request).clock.now()
    with localised_for(reader):
        written = (
            formats.long_day(now.astimezone(ZoneInfo(reader.zone)).date()),
            formats.stamp(now),
            formats.number(1234567),
            formats.money(123456, "EUR"),
        )
    return list(zip((_("Date"), _("Time"), _("Number"), _("Amount")), written, strict=True))
