"""Writes the headers of a mail so that they are read back as they were written. The standard library loses spaces
between encoded words and the quotes of a long name, and decodes a text that looks encoded."""

import re
from email.header import Header
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UniqueAddressHeader, UniqueUnstructuredHeader
from email.policy import EmailPolicy, Policy
from functools import lru_cache
from typing import Any

PLAIN_TEXT = re.compile(r"(?!.*=\?)[ -~]*")
PLAIN_NAME = re.compile(r"[\w' -]*", re.ASCII)
"""What is neither encoded nor quoted."""
LINE = 55
"""Characters that fit beside the name of a header."""


class TextHeader(UniqueUnstructuredHeader):
    name: str

    @classmethod
    def parse(cls, value: str, kwds: dict[str, Any]) -> None:
        super().parse("", kwds)
        kwds["decoded"] = value

    def fold(self, *, policy: Policy) -> str:
        return _folded(self.name, _encoded(str(self), PLAIN_TEXT, self.name), policy)


class MailboxHeader(UniqueAddressHeader):
    name: str

    def fold(self, *, policy: Policy) -> str:
        return _folded(self.name, ",\n ".join(self._mailbox(each) for each in self.addresses), policy)

    def _mailbox(self, address: Address) -> str:
        name = _encoded(address.display_name, PLAIN_NAME, self.name)
        return f"{name}\n <{address.addr_spec}>" if name else address.addr_spec


class LinkHeader(UniqueUnstructuredHeader):
    """A link stays whole on a line of its own: what is folded or encoded is no link any more."""

    name: str

    def fold(self, *, policy: Policy) -> str:
        return _folded(self.name, f"\n {self}" if len(str(self)) > LINE else str(self), policy)


def _encoded(text: str, plain: re.Pattern[str], header: str) -> str:
    """``text`` on lines of at most 76 characters, as one row of encoded words unless it is plain."""
    return Header(text, "us-ascii" if plain.fullmatch(text) else "utf-8", header_name=header).encode()


def _folded(header: str, value: str, policy: Policy) -> str:
    return f"{header}: {value}\n".replace("\n", policy.linesep)


class Headers(HeaderRegistry):
    """Keeps the class of each header. The standard library makes a new one for every header of every mail, which is
    half of what writing a mail costs."""

    def __init__(self) -> None:
        super().__init__()
        self._class_of = lru_cache(maxsize=64)(super().__getitem__)

    def __getitem__(self, name: str) -> type[BaseHeader]:
        return self._class_of(name.lower())


HEADERS = Headers()
for name in ("from", "to", "reply-to"):
    HEADERS.map_to_type(name, MailboxHeader)  # type: ignore[arg-type]  # the registry adds the base class itself
HEADERS.map_to_type("list-unsubscribe", LinkHeader)  # type: ignore[arg-type]
HEADERS.map_to_type("subject", TextHeader)  # type: ignore[arg-type]
POLICY = EmailPolicy(header_factory=HEADERS, linesep="\r\n", cte_type="7bit")
"""Of 7 bits: no server on the way has to encode a mail anew, which would break its signature."""
