"""Access rules: which mailboxes a bill group's portal admits."""

from typing import ClassVar, Literal
from uuid import UUID

from shared.events.identity.base import IdentityEvent


class AccessRuleEvent(IdentityEvent):
    subject_field: ClassVar[str] = "access_rule_id"
    access_rule_id: UUID
    """The rule."""
    bill_group_id: UUID
    """The bill group whose portal it is about."""
    bill_group_display_name: str
    """The bill group's name at that moment."""
    kind: Literal["domain", "address"]
    """Whether it admits everybody with a mailbox in a domain, or one mailbox."""
    value: str
    """The domain or address, in lower case; a domain as the domain name system has it."""


class AccessRuleAdded(AccessRuleEvent):
    """The seller let a domain or an address sign in to a bill group's portal."""

    subject_type: ClassVar[str] = "access_rule"


class AccessRuleRemoved(AccessRuleEvent):
    """An access rule ended. ``removed``: so did the access of everybody who came through it. ``folded_in``: a rule for
    the domain of the address took its place, and its visitors stay."""

    subject_type: ClassVar[str] = "access_rule"
    reason: Literal["removed", "folded_in"]
    """Why it ended."""
    visitors: int
    """How many people had come through it until now."""
