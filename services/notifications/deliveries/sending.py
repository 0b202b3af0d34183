"""Sends one mail to the mail server and classifies its answer."""

import re
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from uuid import UUID

import aiosmtplib

from services.notifications.deliveries.connections import MailServer
from services.notifications.deliveries.headers import POLICY
from services.notifications.deliveries.return_paths import return_path_of
from services.notifications.deliveries.service import Never, NotNow, SendOutcome, Sent
from services.notifications.mails.rendering import Mail
from services.notifications.settings import Settings
from services.notifications.suppressions.keeping import Bounce
from services.notifications.suppressions.statuses import read_status
from services.notifications.undelivered_mails.reasons import Reason

UTF8 = ("SMTPUTF8", "BODY=8BITMIME")
"""For addresses that are not ASCII."""
CAUGHT = "by Portico's mail catcher"
"""In the answer of our own mail catcher (deploy/mailcatcher), and of no mail server."""
UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
LONGEST_NAME = 80
"""Characters of a file's name."""


def build_mail(mail: Mail, message_id: UUID, settings: Settings, now: datetime) -> EmailMessage:
    """``mail`` with its headers. `EmailMessage` rejects line breaks in them (S32). The Message-ID is derived from the
    message, so that a mail that is sent twice after a crash can be deduplicated."""
    made = EmailMessage(POLICY)
    made["From"] = Address(mail.sender_name, addr_spec=settings.sender)
    made["To"] = Address(mail.recipient_name, addr_spec=mail.recipient_address)
    if mail.reply_to is not None:
        made["Reply-To"] = Address(addr_spec=mail.reply_to)
    made["Subject"] = mail.subject
    made["Date"] = format_datetime(now)
    made["Message-ID"] = f"<{message_id}@{settings.mail_host}>"
    made["Auto-Submitted"] = "auto-generated"  # RFC 3834: suppresses out-of-office replies
    if mail.unsubscribe is not None:  # RFC 8058
        made["List-Unsubscribe"] = f"<{mail.unsubscribe}>"
        made["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    made.set_content(mail.text)
    made.add_alternative(mail.html, subtype="html")
    if mail.logo is not None:  # inside the mail: nothing is fetched from elsewhere when it is read
        _, html = made.iter_parts()
        html.add_related(mail.logo, "image", "png", cid="<logo>", disposition="inline")
    if mail.attachment is not None:
        name = safe_filename(mail.attachment.filename)
        made.add_attachment(mail.attachment.content, maintype="application", subtype="pdf", filename=name)
    return made


def safe_filename(name: str) -> str:
    """``name`` as a PDF's name that every system takes: no folder, no control character, no other ending."""
    plain = UNSAFE.sub("-", name.removesuffix(".pdf")).strip("-._ ")[:LONGEST_NAME]
    return f"{plain or 'invoice'}.pdf"


async def send(
    server: MailServer, mail: EmailMessage, message_id: UUID, settings: Settings, now: datetime
) -> SendOutcome:
    """Send the ``mail`` of a message, signed if there is a key. Only a 5xx answer to this mail or mailbox is final;
    errors of the connection, the server or the login are retried. ``now`` is real time."""
    address = mail["To"].addresses[0].addr_spec
    sender = return_path_of(message_id, address, settings) or settings.sender
    utf8 = not f"{sender}{address}".isascii()
    try:
        written = _ready(mail, settings, now, utf8=utf8)
        async with server.connection() as connection:
            _, answered = await connection.sendmail(sender, [address], written, mail_options=UTF8 if utf8 else ())
    except aiosmtplib.SMTPRecipientsRefused as refused:
        return _classify(refused.recipients[0], address)
    except (aiosmtplib.SMTPDataError, aiosmtplib.SMTPRecipientRefused) as refused:
        return _classify(refused, address)
    except aiosmtplib.SMTPResponseException as answer:
        return NotNow(f"The mail server answered {answer.code}.", Reason.refused, answer.code)
    except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
        return NotNow(f"The mail server was not reached: {type(error).__name__}.", Reason.not_reached)
    return Sent(is_caught=CAUGHT in answered)


def _ready(mail: EmailMessage, settings: Settings, now: datetime, *, utf8: bool) -> bytes:
    """The bytes that are sent."""
    written = mail.as_bytes(policy=POLICY.clone(utf8=utf8))
    return settings.signer.sign(written, now) if settings.signer else written


def _classify(refused: aiosmtplib.SMTPResponseException, address: str) -> SendOutcome:
    """Only the code and the status are stored, because servers repeat the address in their text."""
    reason = f"The mail server answered {refused.code}."
    if not 500 <= refused.code < 600:
        return NotNow(reason, Reason.refused, refused.code)
    status = read_status(refused.message)
    return Never(reason, Reason.refused, refused.code, Bounce(status, address) if status else None)
