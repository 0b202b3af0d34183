"""Whether the settings of all processes are there and can be read. No value is ever shown."""

import os
from collections.abc import Iterator, Sequence
from importlib import import_module
from urllib.parse import urlsplit

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from deploy.doctor.finding import Check, Finding, See, bad, ok, unknown, warn
from deploy.environment import SERVICES

SEE = See.settings
LOCAL = {"localhost", "127.0.0.1", "::1"}


async def settings() -> Sequence[Finding]:
    return [*(found for name in SERVICES for found in _of(name)), *_of_the_portal()]


async def public_address() -> Sequence[Finding]:
    url = urlsplit(os.environ.get("PORTICO_PUBLIC_URL", ""))
    about, shown = "PORTICO_PUBLIC_URL", f"{url.scheme}://{url.hostname or ''}"
    if not url.hostname:
        return [bad(about, "not set", "Set it to where people reach the portal: links in mails begin with it.", SEE)]
    if url.hostname in LOCAL:
        return [warn(about, f"{shown}: this machine alone", "Set it to the https address that people use.", SEE)]
    if url.scheme != "https":
        return [
            bad(about, f"{shown} is not https", "Browsers drop the session without TLS: set an https address.", SEE)
        ]
    return [ok(about, shown)]


def _of(name: str) -> Iterator[Finding]:
    wrong = wrong_settings(name)
    if wrong:
        yield bad(name, "; ".join(wrong), "Set them for the processes of this service, and for this command.", SEE)
    else:
        yield ok(name, "complete")


def _of_the_portal() -> Iterator[Finding]:
    if not (os.environ.get("PORTICO_COOKIE_KEY") or os.environ.get("PORTAL_COOKIE_KEY")):
        yield unknown("portal", "PORTICO_COOKIE_KEY is not set here, so these are not the portal's settings",
                      "Give this command the portal's settings, too, to have them looked at.", SEE)  # fmt: skip
    else:
        yield from _of("portal")


def wrong_settings(name: str) -> list[str]:
    """One text per variable that is missing or cannot be read; ``name`` is a service or the portal."""
    try:
        import_module(f"services.{name}.settings").Settings()
    except ValidationError as error:
        return [_said(name, each) for each in error.errors(include_input=False, include_url=False)]
    return []


def _said(name: str, error: ErrorDetails) -> str:
    field = str(error["loc"][0]).upper() if error["loc"] else ""
    if error["type"] == "missing":
        return f"{name.upper()}_{field} (or PORTICO_{field}) is missing"
    return f"{name.upper()}_{field}: {error['msg']}" if field else error["msg"]


CHECKS = (Check("settings", settings), Check("address", public_address))
