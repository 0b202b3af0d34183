"""Makes a logo out of what somebody has uploaded. Only the pixels are kept: metadata, profiles and whatever follows the
image in the file are left behind, because the file is written anew."""

import hashlib
import io
from dataclasses import dataclass

from PIL import Image, ImageOps

from services.identity.branding.models import LOGO_BYTES
from shared.errors import Problem

FORMATS = ("PNG", "JPEG", "WEBP")
SIDES = range(16, 4097)
PIXELS = 8_000_000
"""The most that is decoded. A larger image is refused by its header, before any memory is used for it."""
LARGEST = (480, 120)
"""Twice as large as any place that shows it, for sharp screens."""
SMALLER = 0.8


class NotALogo(Problem):
    """The uploaded file cannot be used as a logo. ``reason`` says why."""

    status = 422
    title = "Not usable as a logo"
    members = {  # noqa: RUF012
        "reason": {"type": "string", "enum": ["not_an_image", "too_small", "too_large", "moving"]},
    }


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
    try:
        return _fitting(_decoded(upload))
    except NotALogo:
        raise
    except Exception:
        raise NotALogo("Send a PNG, JPEG or WebP image.", reason="not_an_image") from None


def _decoded(upload: bytes) -> Image.Image:
    """The image as it is meant to be seen: upright, eight bits a channel, with transparency."""
    image: Image.Image = Image.open(io.BytesIO(upload), formats=FORMATS)
    width, height = image.size
    if min(width, height) < SIDES.start:
        raise NotALogo(f"A logo has at least {SIDES.start} pixels on each side.", reason="too_small")
    if max(width, height) >= SIDES.stop or width * height > PIXELS:
        raise NotALogo(f"A logo has at most {SIDES.stop - 1} pixels on each side and 8 million in all.",
                       reason="too_large")  # fmt: skip
    if getattr(image, "n_frames", 1) > 1:
        raise NotALogo("A logo does not move: send a single image.", reason="moving")
    image.load()
    image = ImageOps.exif_transpose(image)
    if image.mode.startswith("I"):  # 16 bits a channel: a conversion would cut them off, not scale them
        image = image.convert("I").point(lambda value: value / 256).convert("L")
    return image.convert("RGBA")


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
