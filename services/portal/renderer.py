"""The Jinja environment: formats in the reader's locale, the vocabulary, and the global macros."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import jinja2
from fastapi import Request

from services.portal import formatting, vocabulary
from services.portal.brand import Brand
from services.portal.settings import Settings
from services.portal.static_files import StaticFiles
from shared.clock import Clock

TEMPLATES = Path(__file__).parent / "templates"
MACROS = ("ui", "forms", "tables", "charts", "customers", "billing", "events")


class Renderer:
    """Renders whole pages, and parts of pages for htmx and live streams."""

    def __init__(self, settings: Settings, brand: Brand, files: StaticFiles, clock: Clock) -> None:
        self._clock = clock
        self._env = jinja2.Environment(
            loader=jinja2.FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._env.filters |= formatting.FILTERS
        self._env.globals["query"] = query
        self._env.globals |= {"brand": brand, "settings": settings, "asset": files.url, "words": vocabulary}
        self._env.globals["this_year"] = lambda: clock.now().year
        for name in MACROS:
            # As globals, because a part that is rendered alone has no imports of a page around it.
            macros = vars(self._env.get_template(f"macros/{name}.html").module)
            self._env.globals |= {key: macro for key, macro in macros.items() if callable(macro)}

    def text(self, request: Request, template: str, **context: Any) -> str:
        locale = formatting.choose_locale(request.headers.get("accept-language", ""))
        with formatting.reading(locale, self._clock.now(), self._clock.real_now()):
            return self._env.get_template(template).render(request=request, **context)


def query(filters: Mapping[str, Any], **changes: Any) -> str:
    """A list's query string with some filters changed; empty ones are left out."""
    values = {**filters, **changes}
    return urlencode({name: "true" if value is True else value for name, value in values.items() if value})
