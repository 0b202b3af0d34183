"""What people are written to about, and how far they may choose (D24)."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Choice(StrEnum):
    """Who decides whether a topic is mailed."""

    forced = "forced"
    """Nobody: it belongs to what the recipient does here."""
    on_unless = "on unless switched off"
    off_unless = "off unless switched on"


class Topic(StrEnum):
    sign_in = "sign_in"
    invitation = "invitation"
    service_provisioned = "service_provisioned"
    provisioning_failed = "provisioning_failed"
    invoice_issued = "invoice_issued"
    invoice_paid = "invoice_paid"


class RecipientKind(StrEnum):
    """How a message names its recipient. The address is looked up when it is sent."""

    user = "user"
    admin_contact = "admin_contact"
    billing_contact = "billing_contact"
    mailbox = "mailbox"
    """The one that a sealed secret names itself."""


CHOICES = {
    Topic.sign_in: Choice.forced,
    Topic.invitation: Choice.forced,
    Topic.service_provisioned: Choice.off_unless,  # P27: can be received
    Topic.provisioning_failed: Choice.forced,  # D18
    Topic.invoice_issued: Choice.forced,
    Topic.invoice_paid: Choice.forced,
}


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a message is for: an entry of the recipient book."""

    kind: RecipientKind
    id: UUID


def is_wanted(topic: Topic, switched: bool | None) -> bool:
    """Whether a recipient gets ``topic``, who has ``switched`` it on or off, or (None) has never touched it."""
    choice = CHOICES[topic]
    if choice is Choice.forced:
        return True
    return choice is Choice.on_unless if switched is None else switched
