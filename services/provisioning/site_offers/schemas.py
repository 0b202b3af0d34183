from services.provisioning.sites.schemas import SiteRead
from shared.schemas import Read


class SiteOffersRead(Read):
    """The sites that an order of a product can choose."""

    sites: list[SiteRead]
    """Those with room for the smallest service of the product, by name, at most 200."""
