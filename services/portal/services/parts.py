"""What belongs to a service, and what can be added to it."""

from dataclasses import dataclass

from services.portal.clients.billing import Plan
from services.portal.clients.catalogue import ProductSummary
from services.portal.clients.provisioning import Parts, ServiceDetail
from services.portal.viewer import Section, Viewer, section


@dataclass(frozen=True, slots=True)
class AddOn:
    product: ProductSummary
    plans: list[Plan]
    """By which it can be paid; empty where they are not shown."""


@dataclass(frozen=True, slots=True)
class PartsOfService:
    found: Section[Parts]
    add_ons: list[AddOn]

    @property
    def is_shown(self) -> bool:
        """Services without parts, and without add-ons, say nothing of them."""
        return not self.found.ready or bool(self.found.value.parts or self.add_ons)


async def read_parts(viewer: Viewer, service: ServiceDetail) -> PartsOfService:
    found = await section(viewer, "service.view", lambda: viewer.services.provisioning.parts(service.id))
    offered = found.content.add_ons if found.content else []
    if not offered:
        return PartsOfService(found, [])
    ids = [product.id for product in offered]
    plans = await section(viewer, "money.view", lambda: viewer.services.billing.plans(ids))
    by_product = [(each, [plan for plan in plans.content or () if plan.product_id == each.id]) for each in offered]
    return PartsOfService(found, [AddOn(product, those) for product, those in by_product])
