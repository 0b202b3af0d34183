"""The caught mails, newest first, in a file, so that they survive a restart of the demo."""

from collections.abc import Sequence
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from uuid import UUID, uuid4

from pydantic import BaseModel

KEPT = 2_000
"""Older mails are dropped."""


class Mail(BaseModel):
    id: UUID
    sender: str
    recipients: list[str]
    subject: str
    text: str
    html: str | None
    message_id: str
    received_at: datetime
    reply_to: str = ""
    return_path: str = ""
    """The envelope sender, where it comes back to."""
    attachments: list[str] = []
    """The names of the files. The files themselves are not kept."""


def read_mail(sender: str, recipients: Sequence[str], content: bytes) -> Mail:
    """Parse a message from SMTP into what a mail program shows."""
    message = message_from_bytes(content, _class=EmailMessage, policy=policy.default)
    plain, rich = message.get_body(("plain",)), message.get_body(("html",))
    return Mail(
        id=uuid4(),
        sender=str(message["From"] or sender),
        recipients=list(recipients),
        subject=str(message["Subject"] or ""),
        text=plain.get_content() if plain else "",
        html=rich.get_content() if rich else None,
        message_id=str(message["Message-ID"] or ""),
        received_at=datetime.now(UTC),
        reply_to=str(message["Reply-To"] or ""),
        return_path=sender,
        attachments=[each.get_filename() or "" for each in message.iter_attachments()],
    )


class Mailbox:
    """``outage`` makes the server refuse every mail with a temporary failure."""

    def __init__(self, file: Path | None = None) -> None:
        self.file = file
        self.outage = False
        lines = file.read_text().splitlines() if file and file.exists() else []
        self._mails = [Mail.model_validate_json(line) for line in lines[-KEPT:]]

    def add(self, mail: Mail) -> None:
        self._mails = [*self._mails[-KEPT + 1 :], mail]
        if self.file is not None:
            with self.file.open("a") as file:
                file.write(mail.model_dump_json() + "\n")

    def mails(self, address: str | None = None) -> list[Mail]:
        return [mail for mail in reversed(self._mails) if address is None or address in mail.recipients]

    def find(self, id_: UUID) -> Mail | None:
        return next((mail for mail in self._mails if mail.id == id_), None)

    def clear(self) -> None:
        self._mails = []
        if self.file is not None:
            self.file.unlink(missing_ok=True)
