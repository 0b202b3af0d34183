"""What the seller looks like: name, colour, logo, legal links. The colour is adjusted where text in it, or on it, would
be hard to read."""

import re
from dataclasses import dataclass

from shared.colours import PATTERN, readable, text_on

LIGHT_CARD, DARK_CARD = "#ffffff", "#16181d"
COLOR = re.compile(PATTERN)


@dataclass(frozen=True, slots=True)
class BrandLogo:
    """``width`` and ``height`` in pixels keep its place on a page until it has come."""

    hash: str
    width: int
    height: int

    @property
    def url(self) -> str:
        return f"/logo/{self.hash}.png"


@dataclass(frozen=True, slots=True)
class Brand:
    name: str
    color: str
    logo: BrandLogo | None = None
    sender_name: str | None = None
    imprint_url: str | None = None
    privacy_url: str | None = None
    terms_url: str | None = None
    support_address: str | None = None
    """Where strangers write to for help."""

    @property
    def mark(self) -> str:
        return self.name[:1].upper()

    @property
    def foreground(self) -> str:
        """The colour of text on the brand colour."""
        return text_on(self.color)

    def css(self) -> str:
        return f":root{{{self._light()}}}[data-bs-theme=dark]{{{self._dark()}}}"

    def preview_css(self) -> str:
        """The same for the samples on the page that changes it, in either theme."""
        return f".brand-sample{{{self._light()}}}.brand-sample[data-bs-theme=dark]{{{self._dark()}}}"

    def _light(self) -> str:
        text = readable(self.color, LIGHT_CARD, 5.2)
        return (
            f"--brand:{self.color};--brand-fg:{self.foreground};--brand-text:{text};"
            f"--tblr-primary:{self.color};--tblr-primary-fg:{self.foreground};--tblr-link-color:{text}"
        )

    def _dark(self) -> str:
        text = readable(self.color, DARK_CARD, 5.6)
        return f"--brand-text:{text};--tblr-link-color:{text}"
