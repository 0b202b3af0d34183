"""Styles and scripts within a page itself, and what the page's content security policy says of them.

A browser's first page has all style sheets in it: a request before the first paint costs half a second on a slow
network. The browser loads the same files once more without waiting for them, and a cookie says from then on that it has
them.
"""

import hashlib
from base64 import b64encode
from dataclasses import dataclass
from functools import lru_cache

from fastapi import Request, Response
from markupsafe import Markup

from services.portal.brand import Brand
from services.portal.browser import set_plain_cookie
from services.portal.content_security import content_security_policy
from services.portal.static_files import StaticFiles

STYLE_SHEETS = ("tabler.css", "app.css")
STYLES_COOKIE = "styles"


@dataclass(frozen=True, slots=True)
class Inline:
    """``source`` names it in a policy: the hash of its text."""

    text: Markup
    source: str

    @classmethod
    def of(cls, text: str) -> "Inline":
        digest = hashlib.sha256(text.encode()).digest()
        # Our own files, which have no tags in them.
        return cls(Markup(text), f"'sha256-{b64encode(digest).decode()}'")  # noqa: S704


@lru_cache(maxsize=1000)
def brand_styles(brand: Brand) -> Inline:
    return Inline.of(brand.css())


@dataclass(frozen=True, slots=True)
class PageHead:
    """What the head of one page has in it. ``styles``: all of them, for a browser that has no files yet."""

    style_sheets = STYLE_SHEETS
    theme_script: Inline
    brand: Inline
    styles: Inline | None

    @property
    def policy(self) -> str:
        styles = [each.source for each in (self.brand, self.styles) if each]
        return content_security_policy(scripts=[self.theme_script.source], styles=styles)


class Inlined:
    """What can be inlined of the portal's files."""

    def __init__(self, files: StaticFiles) -> None:
        self._theme_script = Inline.of(files.text("theme.js"))
        self._styles = Inline.of("\n".join(files.text(name) for name in STYLE_SHEETS))
        self.version = hashlib.sha256(self._styles.source.encode()).hexdigest()[:10]

    def head(self, request: Request, brand: Brand) -> PageHead:
        known = request.cookies.get(STYLES_COOKIE) == self.version
        return PageHead(self._theme_script, brand_styles(brand), None if known else self._styles)

    def remember(self, response: Response) -> None:
        """Tell the browser what it has now."""
        set_plain_cookie(response, STYLES_COOKIE, self.version)
