"""What events say of a service: how it stands as a whole."""

from typing import Any

from services.provisioning.products.configuration import numbers_of
from services.provisioning.products.models import Product
from services.provisioning.services.models import Service


def standing_of(service: Service, product: Product) -> dict[str, Any]:
    """The members of every `ServiceStateEvent`."""
    return {
        "workspace_id": service.workspace_id,
        "subject_version": service.version,
        "service_id": service.id,
        "bill_group_id": service.bill_group_id,
        "display_name": service.display_name,
        "kind": service.kind,
        "product_id": product.id,
        "product_name": product.display_name,
        "state": service.state,
        "plan_version_id": service.plan_version_id,
        "quantity": service.quantity,
        "numbers": numbers_of(service.configuration),
        "suspended_for": tuple(service.suspended_for),
        "ends_with_period": service.cancelled_by is not None,
        "part_of": service.part_of,
        "was_provisioned": service.provisioned_at is not None,
    }
