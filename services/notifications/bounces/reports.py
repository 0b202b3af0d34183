"""Reads the reports of mail servers about mails that they could not deliver (RFC 3464). A report may be from anybody:
which message it is about is said by the address that it came to, and it is read within bounds."""

from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser
from email.policy import compat32

from services.notifications.suppressions.statuses import read_status

LARGEST = 2**18
"""Bytes of a mail that is read."""
MOST_LINES, MOST_PARTS = 20_000, 50
"""The parser recurses into parts, and looks for the end of each in every line."""
WENT_TO = ("delivered-to", "x-original-to", "envelope-to", "to")
"""Where mail servers write the address that a mail came to."""
MOST_ADDRESSES, LONGEST_ADDRESS = 20, 2000


@dataclass(frozen=True, slots=True)
class Report:
    """What a mail server says of one mail. ``action`` is as in RFC 3464, such as ``failed`` or ``delayed``."""

    action: str
    status: str


def addresses_of(mail: bytes) -> Iterator[str]:
    """The texts of a mail's headers that say where it came to."""
    head = BytesHeaderParser(policy=compat32).parsebytes(mail.partition(b"\n\n")[0][:LARGEST])
    texts = [str(value) for name in WENT_TO for value in head.get_all(name, [])]
    return (text[:LONGEST_ADDRESS] for text in texts[:MOST_ADDRESSES])


def read_report(mail: bytes) -> Report | None:
    """What the mail reports: of several the one that failed. None if it is no report that can be understood."""
    if mail.count(b"\n") > MOST_LINES or mail.lower().count(b"content-type:") > MOST_PARTS:
        return None
    whole = BytesParser(policy=compat32).parsebytes(mail)
    if whole.get_content_type() != "multipart/report" or not whole.is_multipart():
        return None
    reports = [report for part in _parts(whole) if (report := _report_of(part))]
    return next((report for report in reports if report.action == "failed"), reports[0] if reports else None)


def _parts(whole: Message) -> Iterator[Message]:
    """The blocks of its delivery status, each about one recipient. The first is about the mail."""
    for part in whole.get_payload():
        if isinstance(part, Message) and part.get_content_type() == "message/delivery-status" and part.is_multipart():
            blocks = part.get_payload()
            yield from (block for block in blocks if isinstance(block, Message))


def _report_of(block: Message) -> Report | None:
    status, action = read_status(str(block.get("status", ""))), str(block.get("action", ""))
    return Report(action.strip().lower()[:20], status) if status and action else None
