from services.provisioning.product_checks import service
from services.provisioning.product_checks.schemas import ProductCheckRead
from services.provisioning.product_checks.service import ProductIsAnother
from services.provisioning.products.brings import PartsNotUsable
from services.provisioning.products.configuration_schema import SchemaNotUsable
from services.provisioning.products.needs import NeedsNotUsable
from services.provisioning.products.schemas import ProductCreate
from services.provisioning.products.service import DriverNotUsable
from shared.auth import Router, allow
from shared.db import Session

router = Router("provisioning", "product-checks")


@router.post(
    "",
    guard=allow("catalogue.edit"),
    problems=(SchemaNotUsable, NeedsNotUsable, DriverNotUsable, PartsNotUsable, ProductIsAnother),
)
async def check_product(body: ProductCreate, session: Session) -> ProductCheckRead:
    """Check a product without publishing it: what would refuse to publish it, or to change the product of its key,
    refuses this too. Changes nothing."""
    return await service.check_product_entry(session, body)
