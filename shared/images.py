"""Reading images that people upload. Only the pixels are kept: metadata, profiles and whatever follows the image in the
file are left behind, because the file is written anew from them."""

import io

from PIL import Image, ImageOps

from shared.errors import Problem

FORMATS = ("PNG", "JPEG", "WEBP")


class NotAnImage(Problem):
    """The uploaded file cannot be used. ``reason`` says why."""

    status = 422
    title = "Not usable as an image"
    members = {  # noqa: RUF012
        "reason": {"type": "string", "enum": ["not_an_image", "too_small", "too_large", "moving"]},
    }


def decode_image(upload: bytes, *, sides: range, pixels: int, refusal: type[Problem] = NotAnImage) -> Image.Image:
    """The image as it is meant to be seen: upright, eight bits a channel, with transparency. ``sides`` are the pixels
    that a side may have, ``pixels`` the most that is decoded: a larger image is refused by its header, before any
    memory is used for it. Takes up to about a second of a processor: call it in a thread. Raises ``refusal``."""
    try:
        return _decoded(upload, sides, pixels, refusal)
    except refusal:
        raise
    except Exception:
        raise refusal("Send a PNG, JPEG or WebP image.", reason="not_an_image") from None


def _decoded(upload: bytes, sides: range, pixels: int, refusal: type[Problem]) -> Image.Image:
    image: Image.Image = Image.open(io.BytesIO(upload), formats=FORMATS)
    width, height = image.size
    if min(width, height) < sides.start:
        raise refusal(f"It has at least {sides.start} pixels on each side.", reason="too_small")
    if max(width, height) >= sides.stop or width * height > pixels:
        most = f"{sides.stop - 1:,} pixels on each side and {pixels // 1_000_000} million in all"
        raise refusal(f"It has at most {most}.", reason="too_large")
    if getattr(image, "n_frames", 1) > 1:
        raise refusal("It does not move: send a single image.", reason="moving")
    image.load()
    image = ImageOps.exif_transpose(image)
    if image.mode.startswith("I"):  # 16 bits a channel: a conversion would cut them off, not scale them
        image = image.convert("I").point(lambda value: value / 256).convert("L")
    return image.convert("RGBA")
