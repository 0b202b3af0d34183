"""The seller's name and colour. The colour is adjusted where text in it, or on it, would be hard to read."""

from dataclasses import dataclass

from shared.colours import readable, text_on

LIGHT_CARD, DARK_CARD = "#ffffff", "#16181d"


@dataclass(frozen=True, slots=True)
class Brand:
    name: str
    color: str

    @property
    def mark(self) -> str:
        return self.name[:1].upper()

    @property
    def foreground(self) -> str:
        """The colour of text on the brand colour."""
        return text_on(self.color)

    def css(self) -> str:
        light, dark = readable(self.color, LIGHT_CARD, 5.2), readable(self.color, DARK_CARD, 5.6)
        return (
            f":root{{--brand:{self.color};--brand-fg:{self.foreground};--brand-text:{light};"
            f"--tblr-primary:{self.color};--tblr-primary-fg:{self.foreground};--tblr-link-color:{light}}}"
            f"[data-bs-theme=dark]{{--brand-text:{dark};--tblr-link-color:{dark}}}"
        )
