"""The seller's name and colour. The colour is adjusted where text in it, or on it, would be hard to read."""

import colorsys
from dataclasses import dataclass

LIGHT_CARD, DARK_CARD = "#ffffff", "#16181d"
INK = "#17181c"


def _linear(channel: int) -> float:
    part = channel / 255
    return part / 12.92 if part <= 0.03928 else float(((part + 0.055) / 1.055) ** 2.4)


def luminance(color: str) -> float:
    red, green, blue = (_linear(int(color[i : i + 2], 16)) for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG's contrast ratio, from 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def readable(color: str, background: str, ratio: float) -> str:
    """``color``, made lighter or darker only as much as it needs to reach ``ratio`` on ``background``."""
    red, green, blue = (int(color[i : i + 2], 16) / 255 for i in (1, 3, 5))
    hue, lightness, saturation = colorsys.rgb_to_hls(red, green, blue)
    step = 0.01 if luminance(background) < 0.5 else -0.01
    while contrast(color, background) < ratio and 0 <= lightness <= 1:
        lightness += step
        channels = colorsys.hls_to_rgb(hue, min(1, max(0, lightness)), saturation)
        color = "#" + "".join(f"{round(channel * 255):02x}" for channel in channels)
    return color


@dataclass(frozen=True, slots=True)
class Brand:
    name: str
    color: str

    @property
    def mark(self) -> str:
        return self.name[:1].upper()

    @property
    def foreground(self) -> str:
        """The colour of text on the brand colour: white where that is readable, else ink, else black."""
        return next(text for text in ("#ffffff", INK, "#000000") if contrast(self.color, text) >= 4.5)

    def css(self) -> str:
        light, dark = readable(self.color, LIGHT_CARD, 5.2), readable(self.color, DARK_CARD, 5.6)
        return (
            f":root{{--brand:{self.color};--brand-fg:{self.foreground};--brand-text:{light};"
            f"--tblr-primary:{self.color};--tblr-primary-fg:{self.foreground};--tblr-link-color:{light}}}"
            f"[data-bs-theme=dark]{{--brand-text:{dark};--tblr-link-color:{dark}}}"
        )
