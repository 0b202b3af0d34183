"""What a person is told of, by mail and in the portal, in all of their workspaces."""

import asyncio
from collections.abc import Sequence
from itertools import groupby
from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.browser import browser_of
from services.portal.clients.notices import Preference, Switch
from services.portal.forms import Form, read_form
from services.portal.me.views import NotificationsPage, SavedPart, TopicGroup
from services.portal.rendering import page, part, see_other
from services.portal.viewer import SignedIn, Viewer, section
from shared.language import current_localisation
from shared.language import gettext as _

router = APIRouter()

PATH = "/me/notifications"


@router.get(PATH)
async def choose_notifications(request: Request, viewer: SignedIn) -> Response:
    found, returned = await asyncio.gather(
        section(viewer, "preference.edit", lambda: _groups(viewer)),
        section(viewer, "preference.edit", viewer.services.notifications.own_suppression),
    )
    return page(request, NotificationsPage(found, returned))


@router.post(PATH)
async def save_notifications(request: Request, viewer: SignedIn) -> Response:
    """All switches of the page: those that differ from now are changed."""
    form = await read_form(request)
    found = await _preferences(viewer)
    if changed := [switch for each in found for switch in _switches(each, form)]:
        await viewer.services.notifications.change_preferences(changed)
    browser_of(request).say(_("Your choice is saved. It holds in all of your workspaces."))
    return see_other(PATH)


@router.post(PATH + "/{topic}/{channel}")
async def switch_one(request: Request, viewer: SignedIn, topic: str, channel: Literal["mail", "portal"]) -> Response:
    """One switch, with a script."""
    form = await read_form(request)
    wanted = f"{topic}.{channel}" in form.values
    await viewer.services.notifications.change_preferences([Switch(topic=topic, channel=channel, wanted=wanted)])
    return part(request, SavedPart(wanted))


def _switches(preference: Preference, form: Form) -> list[Switch]:
    """What the form has otherwise than it is. A mail that is forced has no switch."""
    now: dict[Literal["mail", "portal"], bool] = {"portal": preference.portal}
    if preference.reason is None:
        now["mail"] = preference.mail
    wanted = {channel: f"{preference.topic}.{channel}" in form.values for channel in now}
    return [
        Switch(topic=preference.topic, channel=channel, wanted=wanted[channel])
        for channel in now
        if wanted[channel] is not now[channel]
    ]


async def _preferences(viewer: Viewer) -> Sequence[Preference]:
    found = await viewer.services.notifications.preferences(locale=current_localisation().tag)
    return found.items


async def _groups(viewer: Viewer) -> list[TopicGroup]:
    """As the service lists them: each group with its topics."""
    grouped = groupby(await _preferences(viewer), lambda each: (each.group, each.group_title))
    return [TopicGroup(id_, title, list(topics)) for (id_, title), topics in grouped]
