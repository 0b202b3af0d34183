from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, ValidationInfo, field_validator

from services.identity.access_rules.values import RuleKind, normal_form
from shared.schemas import Body, Read


class AccessRuleCreate(Body):
    kind: RuleKind
    value: Annotated[str, Field(min_length=1, max_length=254)]
    """One domain, or one address."""
    fold_in: bool = False
    """Of a domain: whether it takes the place of the rules for addresses in it, whose visitors stay."""

    @field_validator("value")
    @classmethod
    def _normal(cls, value: str, info: ValidationInfo) -> str:
        kind = info.data.get("kind")
        return normal_form(kind, value) if kind else value


class AccessRuleRead(Read):
    id: UUID
    kind: RuleKind
    value: str
    added_by: str
    """The name of who added it."""
    added_at: datetime
    visitors: int
    """How many people have access by it, because they have signed in to the portal."""


class GroupAccessRead(Read):
    """A bill group of a customer, and how far its portal is set up."""

    id: UUID
    display_name: str
    is_default: bool
    is_closed: bool
    """Whether it takes no more subscriptions."""
    portals_on: bool
    """The switch of the whole installation."""
    portal_on: bool
    """The bill group's own switch."""
    has_contract: bool
    """Whether it has a subscription that has not ended."""
    is_open: bool
    """Whether the people whom its access rules admit can sign in now."""
    rules: int
    """How many domains and addresses have access."""
