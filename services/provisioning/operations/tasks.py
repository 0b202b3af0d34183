"""Operations as their drivers are asked to do them."""

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
    """The task of an operation. Its key is that of the operation, unless it creates the service."""
    if operation.verb == Verb.create:
        return describe_creation(service, product)
    return _task(f"{operation.verb}/{operation.id}", Verb(operation.verb), service, product)


def _task(key: str, verb: Verb, service: Service, product: Product) -> Task:
    return Task(
        key=key,
        verb=verb,
        service_id=service.id,
        kind=service.kind,
        quantity=service.quantity,
        configuration=service.configuration,
        options=product.driver_options,
    )
