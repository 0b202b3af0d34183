from typing import Literal
from uuid import UUID

from shared.schemas import Body


class SuspensionCreate(Body):
    service_id: UUID
    reason: Literal["customer", "pause"] = "customer"
    """``customer``: the service is to stop working, and is paid on. ``pause``: its contract rests meanwhile, too, where
    its plan allows that."""
