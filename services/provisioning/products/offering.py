"""Whether a product can be ordered."""

from services.provisioning.products.models import Product
from shared.errors import Conflict


class ProductNoLongerOffered(Conflict):
    """The product was withdrawn. Services that customers have of it go on."""

    title = "The product is not offered any more"


def check_offered(product: Product) -> None:
    """Raise `ProductNoLongerOffered`. The product has to be locked: a withdrawal then waits for the orders that are
    being placed, and an order that waits for a withdrawal is refused."""
    if not product.is_offered:
        raise ProductNoLongerOffered(f"{product.display_name} was withdrawn. Choose another product.")
