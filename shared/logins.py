"""Addresses of servers, whose password may be a list, so that it can be rotated: ``postgresql://user:new,old@host/name``.
A comma within a password is written ``%2C``."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Annotated, TypeVar
from urllib.parse import urlsplit, urlunsplit

from pydantic import Field

T = TypeVar("T")

_accepted: dict[str, str] = {}


def each_login(url: str) -> list[str]:
    """The address with each of its passwords alone: first the one that was accepted last, then in their order."""
    parts = urlsplit(url)
    login, at, hosts = parts.netloc.rpartition("@")
    user, colon, passwords = login.partition(":")
    netlocs = [f"{user}{colon}{password}{at}{hosts}" for password in passwords.split(",")]
    urls = [urlunsplit(parts._replace(netloc=netloc)) for netloc in netlocs]
    return sorted(urls, key=lambda each: each != _accepted.get(url))


async def log_in(url: str, open_: Callable[[str], Awaitable[T]], refused: type[Exception]) -> T:
    """What ``open_`` opens with the first password that the server does not refuse. Raises ``refused`` for the last."""
    *others, last = each_login(url)
    for each in others:
        with suppress(refused):
            opened = await open_(each)
            _accepted[url] = each
            return opened
    opened = await open_(last)
    _accepted[url] = last
    return opened


DatabaseUrl = Annotated[str, Field(pattern=r"^postgres(ql)?://.+")]
"""Perhaps with several hosts: ``@first:5432,second:5432/name?target_session_attrs=primary``."""
BrokerUrl = Annotated[str, Field(pattern=r"^amqps?://.+")]
"""Perhaps with all nodes of a cluster: ``@first:5672,second:5672/vhost``."""
