from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from services.identity.workspaces.models import WorkspaceKind
from shared.schemas import Read

Slug = Annotated[str, Field(min_length=2, max_length=63, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
"""The workspace's name in URLs: lower-case letters, digits and single hyphens."""


class SellerRead(Read):
    """Whoever the workspace turns to for help: the partner that it buys from, if the partner has a support address,
    else the provider."""

    kind: Literal["partner", "provider"]
    display_name: str
    support_address: str | None
    """Null: not even the provider has one."""
    support_phone: str | None
    postal_lines: list[str]
    """The postal address, as it is written on a letter."""
    support_hours: str | None
    """When support is reached, in the seller's words."""
    emergency_phone: str | None
    help_url: str | None
    """A web site that helps, an https address, as the next one is."""
    status_url: str | None
    """A web site that says what is out of order."""
    sales_name: str | None
    """Who answers questions about products and prices: a team or a person."""
    sales_address: str | None
    sales_phone: str | None


class WorkspaceRead(Read):
    id: UUID
    slug: str
    kind: WorkspaceKind
    display_name: str
    account_number: str
