"""The one way of a secret to a mailbox: sealed, on a queue of its own, and gone from here once it left (D30)."""

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Literal
from urllib.parse import urlencode
from uuid import UUID

import orjson
from cryptography.fernet import Fernet
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.settings import Settings
from shared.outbox import cause_of, commands_exchange, send

EXCHANGE, QUEUE = commands_exchange("identity"), "notifications.on.secret_mail"


@dataclass(frozen=True)
class Letter:
    """What the mail says. Notifications opens it, renders it, and never stores it."""

    address: str
    display_name: str
    link: str
    workspace_name: str
    code: str | None = None
    inviter: str | None = None


def link_to(public_url: str, page: str, **query: str) -> str:
    """A link into the portal, built from the configured public URL and never from a request's Host (S17)."""
    return f"{public_url.rstrip('/')}/{page}?{urlencode(query)}"


async def send_secret_mail(
    session: AsyncSession,
    settings: Settings,
    kind: Literal["sign_in", "invitation"],
    letter: Letter,
    *,
    message_id: UUID,
    workspace_id: UUID,
    ttl: timedelta,
) -> None:
    """Have ``letter`` sent once the transaction commits. ``message_id`` keeps a repeated delivery one mail."""
    sealed = Fernet(settings.mail_key.get_secret_value()).encrypt(orjson.dumps(asdict(letter)))
    body = {
        "kind": kind,
        "sealed": sealed.decode(),
        "message_id": str(message_id),
        "workspace_id": str(workspace_id),
        "correlation_id": str(cause_of(session).correlation_id),
    }
    await send(session, EXCHANGE, QUEUE, body, workspace_id=workspace_id, ttl=ttl)
