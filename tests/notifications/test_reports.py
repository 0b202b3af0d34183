"""Reports of mail servers are read within bounds."""

import pytest

from services.notifications.bounces.reports import LARGEST, read_report
from tests.notifications.reports import dsn


def nested(depth: int) -> bytes:
    made = b"Content-Type: multipart/report; boundary=b0\n\n"
    for number in range(depth):
        made += b"--b%d\nContent-Type: multipart/mixed; boundary=b%d\n\n" % (number, number + 1)
    return made


@pytest.mark.parametrize(
    "mail",
    [nested(10), nested(5000), b"Content-Type: multipart/report\n" + b"\n" * LARGEST,
     b"Content-Type: multipart/report; boundary=x\n\n" + b"--x\nContent-Type: message/rfc822\n\n" * 4000,
     b"Content-Type: multipart/report; boundary=x; x*0*=a" + b"; x*1=b" * 5000, b"\xff\x00: \xfe\n" * 500],
)  # fmt: skip
def test_a_mail_that_is_made_to_hurt_is_no_report(mail: bytes) -> None:
    assert read_report(mail[:LARGEST]) is None


def test_a_report_with_several_recipients_tells_the_one_that_failed() -> None:
    block = b"\nFinal-Recipient: rfc822; other@else.example\nAction: delayed\nStatus: 4.4.1\n"
    mail = dsn("x@y.example").replace(
        b"\nFinal-Recipient: rfc822; somebody", block + b"\nFinal-Recipient: rfc822; somebody"
    )
    report = read_report(mail)
    assert report is not None
    assert (report.action, report.status) == ("failed", "5.1.1")
