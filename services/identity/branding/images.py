"""Makes a logo out of what somebody has uploaded."""

import hashlib
import io
from dataclasses import dataclass

from PIL import Image

from services.identity.branding.models import LOGO_BYTES
from shared.images import NotAnImage, decode_image

SIDES = range(16, 4097)
PIXELS = 8_000_000
"""The most that is decoded. A larger image is refused by its header, before any memory is used for it."""
LARGEST = (480, 120)
"""Twice as large as any place that shows it, for sharp screens."""
SMALLER = 0.8


class NotALogo(NotAnImage):
    """The uploaded file cannot be used as a logo. ``reason`` says why."""

    title = "Not usable as a logo"


@dataclass(frozen=True, slots=True)
class Logo:
    content: bytes
    width: int
    height: int

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def make_logo(upload: bytes) -> Logo:
    """A PNG of at most `LOGO_BYTES`. Takes up to about a second of a processor: call it in a thread. Raises
    `NotALogo`."""
    return _fitting(decode_image(upload, sides=SIDES, pixels=PIXELS, refusal=NotALogo))


def _fitting(image: Image.Image) -> Logo:
    box = LARGEST
    while True:
        smaller = image.copy()
        smaller.thumbnail(box, Image.Resampling.LANCZOS)
        for candidate in (smaller, smaller.quantize(256, Image.Quantize.FASTOCTREE)):
            file = io.BytesIO()
            candidate.save(file, "PNG", optimize=True)
            if file.tell() <= LOGO_BYTES:
                return Logo(file.getvalue(), *smaller.size)
        box = (int(box[0] * SMALLER), int(box[1] * SMALLER))
