"""The envelope senders of mails (VERP): the bounce address with what names a message, so that a mail that comes back
says itself which one it was. Nothing else in it is believed."""

import base64
import binascii
import hmac
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from pydantic import SecretStr

from services.notifications.settings import Settings
from shared.secrets import values_of

PROOF_BYTES, MAILBOX_BYTES = 10, 4
NAMED = r"([a-z2-7]{48})"
"""Base32, because servers on the way may change the case of letters."""


@dataclass(frozen=True, slots=True)
class Returned:
    """The message that a token names, and the mailbox that it went to."""

    message_id: UUID
    mailbox: bytes


def return_path_of(message_id: UUID, address: str, settings: Settings) -> str | None:
    """The envelope sender of a message to an address; None without a bounce address."""
    if settings.bounce_address is None:
        return None
    key, (name, _, host) = next(_keys(settings.link_keys)), settings.bounce_address.partition("@")
    named = message_id.bytes + _mailbox(key, address)
    token = base64.b32encode(named + _proof(key, named)).decode().lower()
    return f"{name}+{token}@{host}"


def find_returned(addresses: Iterable[str], settings: Settings) -> Returned | None:
    """The message that one of the texts with addresses names; None if none does."""
    if settings.bounce_address is None:
        return None
    name, _, host = settings.bounce_address.partition("@")
    ours = re.compile(rf"(?<![\w.+-]){re.escape(name)}\+{NAMED}@{re.escape(host)}(?![\w.-])", re.IGNORECASE)
    tokens = (token for text in addresses for token in ours.findall(text))
    return next(filter(None, (_open(token, settings) for token in tokens)), None)


def is_mailbox(returned: bytes, address: str, settings: Settings) -> bool:
    """Whether a message went to this address: its recipient may have another one by now."""
    return any(hmac.compare_digest(returned, _mailbox(key, address)) for key in _keys(settings.link_keys))


def _open(token: str, settings: Settings) -> Returned | None:
    try:
        raw = base64.b32decode(token, casefold=True)
    except binascii.Error:
        return None
    named, proof = raw[:-PROOF_BYTES], raw[-PROOF_BYTES:]
    if any(hmac.compare_digest(proof, _proof(key, named)) for key in _keys(settings.link_keys)):
        return Returned(UUID(bytes=named[:16]), named[16:])
    return None


def _keys(keys: SecretStr) -> Iterator[bytes]:
    """The newest first. They are for this alone: derived from those of the links."""
    for key in values_of(keys):
        yield hmac.digest(base64.urlsafe_b64decode(key), b"portico return paths", "sha256")


def _proof(key: bytes, named: bytes) -> bytes:
    return hmac.digest(key, b"message " + named, "sha256")[:PROOF_BYTES]


def _mailbox(key: bytes, address: str) -> bytes:
    return hmac.digest(key, b"mailbox " + address.lower().encode(), "sha256")[:MAILBOX_BYTES]
