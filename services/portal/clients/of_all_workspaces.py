"""What provisioning tells of the orders and of the failed work of several workspaces: the provider's staff of all, and
the people of a partner of the orders of its customers."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from services.portal.clients.catalogue import ProductName
from services.portal.clients.http import Answer
from services.portal.work import said

VerbFilter = Literal["", "suspend", "resume", "restart", "diagnose", "console_log", "reset_credentials"]
"""Empty: all."""


class ListedOrder(Answer):
    """An order of any workspace."""

    id: UUID
    number: str
    customer_name: str | None
    product: ProductName
    quantity: int
    state: str
    placed_by_address: str | None
    placed_via: str
    placed_at: datetime


class CustomerOrder(ListedOrder):
    """An order of a customer of the workspace that one works in."""

    customer_slug: str | None = None


class CustomerOrderCounts(Answer):
    """How many orders of customers are in each of these states, no further than 1,001."""

    awaiting_approval: int
    awaiting_acknowledgement: int
    placed: int
    provisioning: int
    failed: int


class FailedWork(Answer):
    """Work on a service of any workspace that failed."""

    id: UUID
    customer_name: str | None
    display_name: str
    verb: str
    step: int
    steps: int
    failure: str
    failure_code: str | None = None
    failure_values: dict[str, int | str] = Field(default_factory=dict)
    failed_at: datetime
    begun_by_address: str | None
    begun_via: str

    @property
    def why(self) -> str:
        """Why it failed, in the reader's language."""
        return said(self.failure, self.failure_code, self.failure_values)
