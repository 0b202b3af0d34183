"""A workspace's settings, and whom its customers turn to."""

from collections.abc import Sequence
from typing import Literal, NotRequired, TypedDict

from services.portal.clients.http import Answer


class Reached(Answer):
    """How a company is reached by its customers."""

    display_name: str
    support_address: str | None
    support_phone: str | None
    postal_lines: list[str]
    support_hours: str | None = None
    emergency_phone: str | None = None
    help_url: str | None = None
    status_url: str | None = None
    sales_name: str | None = None
    sales_address: str | None = None
    sales_phone: str | None = None


class WorkspaceSettings(Reached):
    slug: str
    locale: str
    asks_entry_reason: bool = False
    """Whether its users have to say why they enter a customer."""


class SettingsEntry(TypedDict):
    """A workspace's settings as entered; identity validates them. Customers have only a name, a URL and a language."""

    display_name: NotRequired[str]
    new_url: NotRequired[bool]
    locale: str
    support_address: NotRequired[str | None]
    support_phone: NotRequired[str | None]
    postal_lines: NotRequired[Sequence[str]]
    support_hours: NotRequired[str | None]
    emergency_phone: NotRequired[str | None]
    help_url: NotRequired[str | None]
    status_url: NotRequired[str | None]
    sales_name: NotRequired[str | None]
    sales_address: NotRequired[str | None]
    sales_phone: NotRequired[str | None]
    asks_entry_reason: NotRequired[bool]


class Seller(Reached):
    """Whoever the workspace turns to for help."""

    kind: Literal["partner", "provider"]
