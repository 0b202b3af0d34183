"""What the page of downloads shows."""

from dataclasses import dataclass

from services.portal.clients.downloads import DownloadProduct, DownloadProducts, DownloadRelease
from services.portal.clients.http import Page
from services.portal.viewer import Section
from services.portal.views import View


@dataclass(frozen=True)
class DownloadsPage(View):
    template = "pages/downloads/list.html"
    products: Section[DownloadProducts]
    product: DownloadProduct | None
    """Whose releases are shown. None: there is none."""
    releases: Section[Page[DownloadRelease]]
    cursor: str
    path: str
    may_renew: bool
