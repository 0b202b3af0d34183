"""Signs mails with DKIM (RFC 6376; RFC 8463 for Ed25519), so that whoever gets them can tell them from forged ones. The
tests verify the signatures with another library."""

import base64
import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from textwrap import wrap

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from pydantic import SecretStr

SIGNED = (
    "from", "reply-to", "to", "subject", "date", "message-id", "auto-submitted", "mime-version", "content-type",
    "content-transfer-encoding", "list-unsubscribe", "list-unsubscribe-post",
)  # fmt: skip
"""The headers that a signature covers. Each is named once more than it is there, so that none can be added."""
LEAST_RSA_BITS = 2048
LINE = 72
"""Characters of a folded line."""
PIECE = 255
"""Characters of one string of a DNS record."""


class NotAKey(ValueError):
    """It is no private key that mails can be signed with. The text says what is wrong, and nothing of the key."""


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs in the name of a domain. ``selector`` is where the domain's DNS has the public key."""

    domain: str
    selector: str
    key: RSAPrivateKey | Ed25519PrivateKey

    @property
    def record_name(self) -> str:
        return f"{self.selector}._domainkey.{self.domain}"

    @property
    def record(self) -> str:
        """The value of the TXT record with the public key."""
        public = self.key.public_key()
        if isinstance(self.key, Ed25519PrivateKey):
            kind, raw = "ed25519", public.public_bytes(Encoding.Raw, PublicFormat.Raw)
        else:
            kind, raw = "rsa", public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return f"v=DKIM1; k={kind}; p={base64.b64encode(raw).decode()}"

    def sign(self, mail: bytes, now: datetime) -> bytes:
        """``mail`` with its signature. Its lines end with CRLF, and nobody may change a byte of it any more. ``now`` is
        real time."""
        head, _, body = mail.partition(b"\r\n\r\n")
        headers = _headers_of(head)
        signed = [(name, value) for name, value in headers if name in SIGNED]
        missing = "".join(f"{name}:" for name in SIGNED)  # nothing is hashed of a header that is not there
        names = missing + ":".join(name for name, _ in reversed(signed))
        algorithm = "ed25519-sha256" if isinstance(self.key, Ed25519PrivateKey) else "rsa-sha256"
        tags = [
            f"v=1; a={algorithm}; c=relaxed/relaxed; d={self.domain};",
            f"s={self.selector}; t={int(now.timestamp())};",
            "h=" + _folded(names) + ";",
            f"bh={_text_of(sha256(_relaxed_body(body)).digest())};",
            "b=",
        ]
        unsigned = "\r\n ".join(tags).encode()
        own = b"dkim-signature:" + _relaxed(unsigned)
        digest = b"".join(_line_of(name, value) for name, value in _as_named(names, signed)) + own
        return b"DKIM-Signature: " + unsigned + self._signature(digest) + b"\r\n" + mail

    def _signature(self, headers: bytes) -> bytes:
        if isinstance(self.key, Ed25519PrivateKey):
            made = self.key.sign(sha256(headers).digest())
        else:
            made = self.key.sign(headers, PKCS1v15(), SHA256())
        return "\r\n ".join(wrap(_text_of(made), LINE)).encode()


@lru_cache(maxsize=4)
def _key_of(pem: str) -> RSAPrivateKey | Ed25519PrivateKey:
    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise NotAKey("must be a private key in PEM, without a password") from None
    if isinstance(key, Ed25519PrivateKey):
        return key
    if not isinstance(key, RSAPrivateKey):
        raise NotAKey("must be a private key for RSA or Ed25519")
    if key.key_size < LEAST_RSA_BITS:
        raise NotAKey(f"must have at least {LEAST_RSA_BITS} bits")
    return key


def read_key(pem: SecretStr) -> RSAPrivateKey | Ed25519PrivateKey:
    r"""The key of a PEM, whose lines may end with ``\n`` as two characters, as in files of settings. Raises
    `NotAKey`."""
    return _key_of(pem.get_secret_value().replace("\\n", "\n"))


def pieces_of(record: str) -> str:
    """A TXT record as DNS servers take it: in strings of at most 255 characters."""
    return " ".join(f'"{record[start : start + PIECE]}"' for start in range(0, len(record), PIECE))


def _headers_of(head: bytes) -> list[tuple[str, bytes]]:
    """Names in lower case, and values as they are written."""
    lines = re.split(rb"\r\n(?![ \t])", head)
    return [(name.decode("ascii").lower(), value) for name, _, value in (line.partition(b":") for line in lines)]


def _as_named(names: str, signed: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """The headers in the order of ``names``; of one that is there several times, the last comes first."""
    left, found = list(signed), []
    for name in names.split(":"):
        at = next((at for at in reversed(range(len(left))) if left[at][0] == name), None)
        if at is not None:
            found.append(left.pop(at))
    return found


def _folded(names: str) -> str:
    lines = wrap(names.replace(":", ": "), LINE, break_on_hyphens=False)
    return "\r\n  ".join(line.replace(": ", ":") for line in lines)


def _relaxed(value: bytes) -> bytes:
    return re.sub(rb"[ \t]+", b" ", value.replace(b"\r\n", b"")).strip(b" ")


def _line_of(name: str, value: bytes) -> bytes:
    return name.encode() + b":" + _relaxed(value) + b"\r\n"


def _relaxed_body(body: bytes) -> bytes:
    lines = [re.sub(rb"[ \t]+", b" ", line).rstrip(b" ") for line in body.split(b"\r\n")]
    while lines and not lines[-1]:
        lines.pop()
    return b"".join(line + b"\r\n" for line in lines)


def _text_of(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
