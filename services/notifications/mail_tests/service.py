"""A test mail to whoever sets up mail, and how mails are sent."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.mail_tests.models import MailTest, MailTestState
from services.notifications.settings import Settings
from shared.errors import TooManyRequests
from shared.events.notifications import MailTestAsked
from shared.one_at_a_time import one_at_a_time
from shared.outbox import emit
from shared.reads import ScopedReads

PAUSE = timedelta(seconds=10)
PORTS = {"smtp": 25, "smtps": 465}
NEWEST = "SELECT asked_at, state, why, answer, tried_at FROM mail_tests WHERE workspace_id = $1"


class TooManyMailTests(TooManyRequests):
    """A test mail was asked for a moment ago."""

    title = "Too many test mails"


async def ask_for_test(session: AsyncSession, workspace_id: UUID, user_id: UUID, now: datetime) -> MailTest:
    """Have a test mail sent to the caller. The worker that gets the event does it, because messages are closed to
    requests. ``now`` is real time. Raises `TooManyMailTests`."""
    await one_at_a_time(session, f"mail tests {workspace_id}")
    test = await session.get(MailTest, workspace_id, populate_existing=True)
    if test is not None and test.asked_at > now - PAUSE:
        raise TooManyMailTests("A test mail was asked for a moment ago.", retry_after=10)
    event = MailTestAsked(workspace_id=workspace_id, user_id=user_id)
    asked = {"event_id": event.event_id, "asked_at": now, "state": MailTestState.asked}
    nothing = dict.fromkeys(("message_id", "why", "answer", "tried_at"))
    if test is None:
        test = MailTest(workspace_id=workspace_id, **asked)
        session.add(test)
    else:
        for name, value in {**asked, **nothing}.items():
            setattr(test, name, value)
    await emit(session, event)
    await session.flush()
    return test


async def read_setup(read: ScopedReads, settings: Settings) -> dict[str, Any]:
    row = await read.fetchrow(NEWEST, read.access.workspace_id)
    url, signer = urlsplit(settings.smtp_url.get_secret_value()), settings.signer
    envelope = settings.bounce_address or settings.sender
    return {
        "server": f"{url.hostname}:{url.port or PORTS.get(url.scheme, 25)}",
        "sender": settings.sender,
        "signing_domain": signer.domain if signer else None,
        "signing_record": signer.record_name if signer else None,
        "bounce_domain": envelope.partition("@")[2],
        "takes_bounces": bool(settings.bounce_address and settings.bounce_token),
        "test": dict(row.items()) if row else None,
    }
