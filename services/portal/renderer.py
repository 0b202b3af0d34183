"""The templates, in the reader's language and formats."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import jinja2
from fastapi import Request

from services.portal import vocabulary
from services.portal.atoms import ATOMS
from services.portal.brand import Brand
from services.portal.formatting import FILTERS
from services.portal.permissions import what_role_may
from services.portal.settings import Settings
from services.portal.static_files import StaticFiles
from services.portal.translating import translate
from services.portal.views import View
from shared.clock import Clock
from shared.language import current_localisation
from shared.language.catalogues import catalogue
from shared.language.formats import counting_from

TEMPLATES = Path(__file__).parent / "templates"


class Renderer:
    """Renders whole pages, and parts of pages for htmx and live streams. There is an environment per language."""

    def __init__(self, settings: Settings, brand: Brand, files: StaticFiles, clock: Clock) -> None:
        self._clock, self._brand = clock, brand
        self._globals = {"settings": settings, "asset": files.url, "words": vocabulary, "query": query,
                         "what_role_may": what_role_may}  # fmt: skip
        self._globals |= ATOMS
        self._globals["this_year"] = lambda: clock.now().year
        self._speaking: dict[str, jinja2.Environment] = {}

    def text(self, request: Request, view: View, **frame: Any) -> str:
        """``frame``: the variables that every template of its kind has."""
        reader = current_localisation()
        frame["brand"] = self.brand(request)
        with counting_from(self._clock.now(), self._clock.real_now()):
            found = self._in(reader.language).get_template(view.template)
            return found.render(request=request, reader=reader, **frame, **view.variables())

    def brand(self, request: Request) -> Brand:
        """The seller's that the request is about, else the operator's own."""
        found: Brand = getattr(request.state, "brand", self._brand)
        return found

    def _in(self, language: str) -> jinja2.Environment:
        if (known := self._speaking.get(language)) is not None:
            return known
        env = jinja2.Environment(
            loader=jinja2.FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,  # else each page looks at the files of all its templates
        )
        env.filters |= FILTERS
        translate(env, catalogue(language))
        env.globals |= self._globals
        self._speaking[language] = env
        return env


def query(filters: Mapping[str, Any], **changes: Any) -> str:
    """A list's query string with some filters changed; empty ones are left out."""
    values = {**filters, **changes}
    return urlencode({name: "true" if value is True else value for name, value in values.items() if value})
