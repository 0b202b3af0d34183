"""Colours that people choose, made readable: WCAG's contrast of text, for pages, mails and documents."""

import colorsys

WHITE, INK, BLACK = "#ffffff", "#17181c", "#000000"
PATTERN = "^#[0-9a-f]{6}$"
"""A colour is ``#`` and six small hexadecimal digits."""


def luminance(color: str) -> float:
    red, green, blue = (_linear(int(color[i : i + 2], 16)) for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: int) -> float:
    part = channel / 255
    return part / 12.92 if part <= 0.03928 else float(((part + 0.055) / 1.055) ** 2.4)


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


def text_on(color: str) -> str:
    """The colour of text on ``color``: white where that is readable, else ink, else black. One of them always is."""
    return next(text for text in (WHITE, INK, BLACK) if contrast(color, text) >= 4.5)
