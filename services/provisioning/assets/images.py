"""Makes the photo of an asset out of what somebody has uploaded."""

import hashlib
import io

from PIL import Image

from services.provisioning.assets.models import PHOTO_BYTES
from shared.images import NotAnImage, decode_image

SIDES = range(64, 12_001)
PIXELS = 16_000_000
"""As a telephone takes them."""
LARGEST = (1600, 1600)
QUALITIES = (85, 70, 50)


class NotAPhoto(NotAnImage):
    """The uploaded file cannot be used as a photo. ``reason`` says why."""

    title = "Not usable as a photo"


def make_photo(upload: bytes) -> tuple[str, bytes]:
    """The SHA-256 and the content of a JPEG of at most `PHOTO_BYTES`. Takes up to about a second of a processor: call
    it in a thread. Raises `NotAPhoto`."""
    image = decode_image(upload, sides=SIDES, pixels=PIXELS, refusal=NotAPhoto)
    image.thumbnail(LARGEST, Image.Resampling.LANCZOS)
    flat = Image.new("RGB", image.size, "white")
    flat.paste(image, mask=image.getchannel("A"))
    while True:
        for quality in QUALITIES:
            file = io.BytesIO()
            flat.save(file, "JPEG", quality=quality, optimize=True, progressive=True)
            if file.tell() <= PHOTO_BYTES:
                content = file.getvalue()
                return hashlib.sha256(content).hexdigest(), content
        flat.thumbnail((flat.width // 2, flat.height // 2), Image.Resampling.LANCZOS)
