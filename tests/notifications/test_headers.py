"""Every header of a mail is read back as it was written, whatever its text."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.utils import parseaddr
from uuid import uuid4

from aiosmtplib.email import flatten_message
from hypothesis import example, given, settings
from hypothesis import strategies as st

from services.notifications.deliveries.sending import build_mail
from services.notifications.mails.content import Button, MailContent
from services.notifications.mails.rendering import Letterhead, render
from services.notifications.settings import Settings
from tests.harness.services import SETTINGS
from tests.notifications.harness import PARTNER, NotificationsHarness, contact, provisioned, workspace

DATABASES = dict.fromkeys(("database_url", "worker_database_url"), "postgresql://nowhere")
ONES = Settings(**(SETTINGS | DATABASES | {"rabbitmq_url": "amqp://nowhere"}))
ADDRESS, REPLIES = "ops@meridian.example", "support@larkspur.example"
LETTERS = "abc öäüß é€ — 北風 😀 שלום .,;:\"'()<>@=?_\\ "
TEXTS = (
    st.text(st.sampled_from(LETTERS), max_size=200)
    | st.text(st.sampled_from(LETTERS).filter(str.isascii), max_size=200)
    | st.text(max_size=80)
    | st.lists(st.sampled_from(["Müller", "Smith,", "=?utf-8?q?x?=", "🚀", "GmbH"]), max_size=30).map(" ".join)
)


def unfolded(header: str) -> str:
    return header.replace("\r\n", "").strip()


def decoded(text: str) -> str:
    return str(make_header(decode_header(text)))


@settings(max_examples=300, deadline=None, derandomize=True)
@given(subject=TEXTS, name=TEXTS, sender=TEXTS, utf8=st.booleans())
@example(subject="Größe " * 30, name="eve@evil.example, " * 6 + "(Ops)", sender="", utf8=False)
def test_a_header_is_read_back_as_it_was_written(subject: str, name: str, sender: str, utf8: bool) -> None:
    content = MailContent(subject, "", "", (), "", Button("", ""))
    mail = render(content, ADDRESS, name, Letterhead(sender, REPLIES))

    sent = flatten_message(build_mail(mail, uuid4(), ONES, datetime.now(UTC)), utf8=utf8)

    read = {header: unfolded(value) for header, value in message_from_bytes(sent, policy=policy.compat32).items()}
    assert decoded(read["Subject"]) == mail.subject
    assert [decoded(part) for part in parseaddr(read["To"])] == [mail.recipient_name, ADDRESS]
    assert read["Reply-To"] == REPLIES
    assert [decoded(part) for part in parseaddr(read["From"])] == [mail.sender_name, ONES.sender]
    assert all(len(line) < 998 for line in sent.split(b"\r\n")), "RFC 5322"


async def test_names_arrive_with_all_their_spaces(notifications: NotificationsHarness) -> None:
    customer, name = uuid4(), "Größtes Überseelager für Äpfel, Öl und süße Früchte — Zürich, Köln & Łódź"
    await notifications.hear(workspace(customer, PARTNER, "customer", name), contact(display_name=name))

    await notifications.hear(provisioned(workspace_id=customer))
    await notifications.send()

    [mail] = notifications.server.mails
    assert mail["Subject"] == f"{name} provisioned 10 Gbps port"
    assert mail["To"].addresses[0].addr_spec == ADDRESS
    assert str(mail["From"]) == "Larkspur Cloud <no-reply@portal.larkspur.example>"
