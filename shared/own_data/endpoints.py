"""The endpoint of what a service keeps of a person."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Query, Request, Response

from shared.auth import Router, allow
from shared.events import Via
from shared.language import DEFAULT_TAG, Localisation, gettext, localised_for
from shared.language.fields import Locale
from shared.own_accounts import OWN_WORKSPACES, OnlyInPerson, Own
from shared.own_data.schemas import OwnDataRead
from shared.own_data.tables import MOST, OwnTable, Reading, Row
from shared.pages import json_response

InLocale = Annotated[Locale, Query(description="the language of the texts, with a region")]


def own_data_router(service: str, tables: Sequence[OwnTable], workspaces: str = OWN_WORKSPACES) -> Router:
    """The endpoint of the service with this name. ``workspaces`` is for identity, which has no copies of them."""
    router = Router(service, "own-data")

    async def get_own_data(request: Request, own: Own, locale: InLocale = DEFAULT_TAG) -> Response:
        """All that this service keeps of the caller: of each table with something of people the rows that are about
        them or that they made. What they did in a workspace is told as long as they have access to it. Secrets are left
        out, and so are amounts, but in notices and the log for who sees money there."""
        if own.access.via != Via.own:
            raise OnlyInPerson("Only the person themselves gets their data, in their own name.")
        places = [access async for access in own.each(workspaces)]
        reading = Reading(own.pool, own.access, places, request.app.state.runtime.settings, locale)
        return json_response({"tables": [await _read(table, reading) for table in tables]})

    router.get("", guard=allow("session.own"), problems=(OnlyInPerson,), response_model=OwnDataRead)(get_own_data)
    return router


async def _read(table: OwnTable, reading: Reading) -> dict[str, Any]:
    rows, more = list[Row](), False
    async for row in table.rows(reading):
        if more := len(rows) == MOST:
            break
        rows.append(row)
    with localised_for(Localisation(reading.locale)):
        return {"name": table.name, "about": gettext(table.about), "rows": rows, "more": more}
