"""How large the bodies of requests may be."""

import re

from shared.bodies import IMAGE_BODY_BYTES, PHOTO_BODY_BYTES, STREAMED

LARGER = {
    "/api/": IMAGE_BODY_BYTES,
    "/api/provisioning/manual-tasks/[^/]+/photo$": PHOTO_BODY_BYTES,
    "/api/billing/documents/of-customers/": PHOTO_BODY_BYTES,
    "/branding/": IMAGE_BODY_BYTES + 4096,
    "/provider/": IMAGE_BODY_BYTES,
    "/provider/[^/]+/customers/[^/]+/documents$": PHOTO_BODY_BYTES + 4096,
    "/(w|partner)/.+/import$": IMAGE_BODY_BYTES,
    "/w/[^/]+/manual-tasks/[^/]+/photo$": PHOTO_BODY_BYTES + 4096,
    "/api/provisioning/releases/[^/]+/files/": STREAMED,
    "/provider/[^/]+/products/[^/]+/releases/[^/]+/files$": STREAMED,
}
"""The limits of bodies: what any service takes, but for photos and documents; a form with an image of that size; forms
of the provider's staff with documents for the catalogue, which take up to three times their size in a form; files to
import, which take a third more than their size; a form with a photo or a PDF; and files of releases, which are passed
on piece by piece."""


def is_streamed(path: str) -> bool:
    """Whether what is sent there is passed on piece by piece."""
    return any(limit == STREAMED and re.match(start, path) for start, limit in LARGER.items())
