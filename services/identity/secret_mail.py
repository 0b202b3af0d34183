"""Sends secrets to a mailbox: encrypted, through a dedicated queue, deleted here once the broker confirms (D30)."""

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Literal
from urllib.parse import urlencode
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.settings import Settings
from shared.outbox import cause_of, commands_exchange, send
from shared.secrets import cipher_of

EXCHANGE, QUEUE = commands_exchange("identity"), "notifications.on.secret_mail"


@dataclass(frozen=True)
class SecretMailContent:
    """The content of a secret mail. Notifications decrypts and renders it, and never stores it in the clear."""

    address: str
    display_name: str
    link: str
    workspace_name: str
    code: str | None = None
    inviter: str | None = None
    inviter_company: str | None = None
    """The inviter's own workspace, where it is not the one invited to."""
    role: str | None = None
    """The role that the invitation gives."""
    locations: tuple[str, ...] = ()
    """The names of the only locations that it is for, at most ten; none: for the whole workspace."""
    more_locations: int = 0
    """For how many more it is."""
    expires_at: str | None = None
    """Until when the invitation can be accepted."""
    reminder: bool = False
    """Whether it reminds of an invitation that was mailed before."""


def link_to(public_url: str, page: str, **query: str) -> str:
    """A link to a portal page, based on the configured public URL, never on a request's Host header (S17)."""
    return f"{public_url.rstrip('/')}/{page}?{urlencode(query)}"


async def send_secret_mail(
    session: AsyncSession,
    settings: Settings,
    kind: Literal["sign_in", "invitation", "account_deleted"],
    content: SecretMailContent,
    *,
    message_id: UUID,
    workspace_id: UUID,
    locale: str | None,
    time_zone: str | None,
    ttl: timedelta,
) -> None:
    """Send ``content`` when the transaction commits, in the reader's language and time zone where they are known.
    ``message_id`` makes repeated deliveries idempotent."""
    sealed = cipher_of(settings.mail_key).encrypt(orjson.dumps(asdict(content)))
    body = {
        "kind": kind,
        "sealed": sealed.decode(),
        "message_id": str(message_id),
        "workspace_id": str(workspace_id),
        "locale": locale,
        "time_zone": time_zone,
        "correlation_id": str(cause_of(session).correlation_id),
    }
    await send(session, EXCHANGE, QUEUE, body, workspace_id=workspace_id, ttl=ttl)
