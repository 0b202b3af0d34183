from services.provisioning.products.schemas import ProductSummaryRead
from services.provisioning.services.schemas import ServiceRead
from shared.schemas import Read


class PartsRead(Read):
    """What belongs to a service."""

    parts: list[ServiceRead]
    """The services that are part of it, without those that are deleted, oldest first, at most 20."""
    add_ons: list[ProductSummaryRead]
    """The products that can be added to it by their kind, by name, at most 100. Whether one can be added now, the check
    of its order says. None to a service that is part of another one."""
