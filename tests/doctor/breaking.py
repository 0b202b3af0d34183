"""What the tests of a broken installation share."""

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit, urlunsplit

from deploy.doctor.finding import Finding
from tests.harness.databases import Database

Empty = Callable[[str], Awaitable[Database]]
NOTHING_LISTENS = "127.0.0.1:1"


def only(findings: list[Finding], about: str) -> Finding:
    [found] = [each for each in findings if each.about.startswith(about)]
    return found


def moved(url: str, host: str) -> str:
    """The same URL at another host."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=f"{parts.username}:{parts.password}@{host}"))


def with_password(url: str, password: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=f"{parts.username}:{password}@{parts.hostname}:{parts.port}"))
