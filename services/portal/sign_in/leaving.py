"""Ends the session of this browser: when somebody signs out, and when a new session takes its place."""

from contextlib import suppress

from fastapi import Request

from services.portal.clients import Refused, ServiceDown
from services.portal.runtime import runtime_of, services_for


async def end_session(request: Request, session: str) -> None:
    """The cookie forgets the session in any case; without it nobody can use the session, and it expires."""
    with suppress(Refused, ServiceDown):
        await services_for(request).identity.end_session(session)
    runtime_of(request).page_contexts.forget(session)
