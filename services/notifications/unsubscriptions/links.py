"""The links with which whoever gets a mail switches off its topic, without signing in (RFC 8058). A link opens nothing
else: it names a recipient and a topic, encrypted with a key of its own."""

from dataclasses import dataclass
from uuid import UUID

from cryptography.fernet import InvalidToken
from pydantic import SecretStr

from services.notifications.topics import Recipient, RecipientKind, Topic
from shared.errors import NotFound
from shared.secrets import cipher_of

PATH = "/unsubscribe?t="
KINDS = {RecipientKind.user: b"u", RecipientKind.admin_contact: b"c"}
"""Who has switches."""


class LinkNotValid(NotFound):
    """The link of the mail is not whole, or it is older than the keys that are still known."""

    title = "This link is not valid"


@dataclass(frozen=True, slots=True)
class Subscription:
    """What a link can switch: one topic of one recipient. The workspace is the contact's, or the one that the mail is
    about."""

    recipient: Recipient
    topic: Topic
    workspace_id: UUID


def link_of(subscription: Subscription, keys: SecretStr, public_url: str) -> str | None:
    """The link for a mail; None where its reader has no switch."""
    kind = KINDS.get(subscription.recipient.kind)
    if kind is None or not subscription.topic.row.may_be_switched:
        return None
    named = kind + subscription.recipient.id.bytes + subscription.workspace_id.bytes + subscription.topic.encode()
    return f"{public_url.rstrip('/')}{PATH}{cipher_of(keys).encrypt(named).decode().rstrip('=')}"


def open_link(token: str, keys: SecretStr) -> Subscription:
    """What a link's token names. Raises `LinkNotValid`."""
    try:
        named = cipher_of(keys).decrypt(token + "=" * (-len(token) % 4))
        kind = next(kind for kind, letter in KINDS.items() if letter == named[:1])
        topic = Topic(named[33:].decode())
    except (InvalidToken, StopIteration, ValueError):
        raise LinkNotValid("Open the link of a newer mail, or sign in and change your settings.") from None
    return Subscription(Recipient(kind, UUID(bytes=named[1:17])), topic, UUID(bytes=named[17:33]))
