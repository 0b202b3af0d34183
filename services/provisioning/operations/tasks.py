"""Operations as their drivers are asked to do them."""

from typing import Any
from uuid import UUID

from services.provisioning.drivers.port import Task
from services.provisioning.operations.models import Operation
from services.provisioning.products.models import Product
from services.provisioning.services.models import Service
from services.provisioning.verbs import Verb


def describe_creation(service: Service, product: Product) -> Task:
    """The task of provisioning a service. Its key is derived from the service, so that it is the same in every
    attempt."""
    return _task(f"provision/{service.id}", Verb.create, service, product)


def describe_task(operation: Operation, service: Service, product: Product) -> Task:
    """The task of an operation. Its key is that of the operation, unless what failed is begun again where it failed:
    what creates or deletes a service has the same key in every attempt."""
    if operation.verb == Verb.create:
        return describe_creation(service, product)
    return describe_work(Verb(operation.verb), operation.id, operation.wanted, service, product)


def describe_work(
    verb: Verb, operation_id: UUID, wanted: dict[str, Any] | None, service: Service, product: Product
) -> Task:
    """The task of work on a service that there is. ``wanted`` is what it gets by a change."""
    what = service.id if verb == Verb.delete else operation_id
    return _task(f"{verb}/{what}", verb, service, product, wanted)


def _task(key: str, verb: Verb, service: Service, product: Product, wanted: dict[str, Any] | None = None) -> Task:
    has = {"configuration": service.configuration, "quantity": service.quantity}
    return Task(
        key=key,
        verb=verb,
        service_id=service.id,
        kind=service.kind,
        options=product.driver_options,
        former_configuration=service.configuration,
        former_quantity=service.quantity,
        **(wanted or has),
    )
