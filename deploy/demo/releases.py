"""What customers of the demo can download: small files that are made here, and what is new in them."""

import gzip
from dataclasses import dataclass
from datetime import datetime, timedelta

from deploy.demo.person import Person


@dataclass(frozen=True)
class Release:
    product: str
    version: str
    days_ago: int
    """When it came out, before today."""
    notes: str
    files: tuple[str, ...]


RELEASES = (
    Release(
        "daily-backup", "3.1.0", 62, "Lists the copies of a node, and restores files of one.",
        ("restore-3.1.0-linux.gz", "restore-3.1.0-windows.gz"),
    ),
    Release(
        "daily-backup", "3.2.0", 4, "Restores whole nodes.\nShows how long a copy is kept.",
        ("restore-3.2.0-linux.gz", "restore-3.2.0-windows.gz"),
    ),
    Release(
        "edge-gateway", "2026.3", 20, "Firmware for all gateways: the second uplink takes over within a second.",
        ("gateway-firmware-2026.3.img.gz",),
    ),
)  # fmt: skip


async def publish_releases(robin: Person, products: dict[str, str], today: datetime) -> None:
    """``products`` are the ids of products by their keys."""
    for release in RELEASES:
        released_on = (today - timedelta(days=release.days_ago)).date().isoformat()
        about = {"version": release.version, "released_on": released_on, "notes": release.notes}
        body = {"product_id": products[release.product], **about}
        path = f"/api/provisioning/releases/{(await robin.post('/api/provisioning/releases', body))['id']}"
        for name in release.files:
            await robin.upload(f"{path}/files/{name}", content_of(name))
        await robin.post(f"{path}/publish", {})


def content_of(name: str) -> bytes:
    """A file of some kilobytes, always the same."""
    return gzip.compress(f"{name}, made up for the demo\n".encode() * 2_000, mtime=0)
