"""The SMTP server: accepts a mail, or answers 451 while an outage is switched on. It refuses one domain for good: the
demo has a mail that cannot be delivered."""

from aiosmtpd.smtp import SMTP, Envelope, Session

from deploy.mailcatcher.mailbox import Mailbox, read_mail

CAUGHT = "by Portico's mail catcher"
"""As services/notifications/deliveries/sending.py looks for it."""
NOBODY = "@unreachable.example"
"""The end of the addresses that it refuses."""


class SmtpHandler:
    def __init__(self, mailbox: Mailbox) -> None:
        self.mailbox = mailbox

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.endswith(NOBODY):
            return "550 5.1.1 Nobody has this mailbox"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's
        if self.mailbox.outage:
            return "451 4.3.2 Out of order on purpose, try again later"
        content = envelope.content or b""
        assert isinstance(content, bytes)
        self.mailbox.add(read_mail(envelope.mail_from or "", envelope.rcpt_tos, content))
        return f"250 2.0.0 Kept {CAUGHT}, which hands nothing on"


def protocol(mailbox: Mailbox) -> SMTP:
    """The protocol of one connection; asyncio's `create_server` calls this for each."""
    return SMTP(SmtpHandler(mailbox), hostname="mail.example", ident="Portico mail catcher", enable_SMTPUTF8=True)
