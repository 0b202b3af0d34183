"""The mail catcher of demos and tests."""

from collections.abc import AsyncIterator
from email.message import EmailMessage
from pathlib import Path

import aiosmtplib
import httpx
import pytest

from deploy.demo import companies
from deploy.local.processes import free_port
from deploy.mailcatcher.app import create_app
from deploy.mailcatcher.mailbox import Mailbox


class Catcher:
    def __init__(self, http: httpx.AsyncClient, smtp_port: int) -> None:
        self.http, self.smtp_port = http, smtp_port

    async def mail(self, to: str, subject: str = "Welcome", html: str = "<p>Hello</p>", attached: str = "") -> None:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = "Portico <portal@larkspur.example>", to, subject
        message.set_content("Hello in plain text")
        message.add_alternative(html, subtype="html")
        if attached:
            message["Reply-To"] = "support@larkspur.example"
            message.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename=attached)
        await aiosmtplib.send(message, hostname="127.0.0.1", port=self.smtp_port)


@pytest.fixture
async def catcher(tmp_path: Path) -> AsyncIterator[Catcher]:
    smtp_port = free_port()
    app = create_app(Mailbox(tmp_path / "mails.jsonl"), "127.0.0.1", smtp_port)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://mail.example") as http,
    ):
        yield Catcher(http, smtp_port)


async def test_a_mail_is_caught_and_shown_newest_first(catcher: Catcher) -> None:
    await catcher.mail("jonas@northwind.example", "First")
    await catcher.mail("ana@meridian.example", "Second")

    mails = (await catcher.http.get("/api/messages")).json()
    to_jonas = (await catcher.http.get("/api/messages", params={"to": "jonas@northwind.example"})).json()

    assert [mail["subject"] for mail in mails] == ["Second", "First"]
    assert [mail["to"] for mail in to_jonas] == [["jonas@northwind.example"]]
    assert to_jonas[0]["text"].strip() == "Hello in plain text"
    assert "First" in (await catcher.http.get("/")).text


async def test_attachments_and_where_replies_go_are_shown(catcher: Catcher) -> None:
    await catcher.mail("jonas@northwind.example", attached="LC-2026-000042.pdf")
    await catcher.mail("ana@meridian.example")

    with_file, without = reversed((await catcher.http.get("/api/messages")).json())
    page = (await catcher.http.get(f"/mails/{with_file['id']}")).text

    assert with_file["attachments"] == ["LC-2026-000042.pdf"]
    assert "<dt>Attached</dt><dd>LC-2026-000042.pdf</dd>" in page
    assert "<dt>Reply to</dt><dd>support@larkspur.example</dd>" in page
    assert (without["attachments"], without["reply_to"]) == ([], "")
    assert with_file["text"].strip() == "Hello in plain text"


async def test_scripts_in_a_mail_cannot_run(catcher: Catcher) -> None:
    await catcher.mail("jonas@northwind.example", "<script>alert(1)</script>", "<script>alert(2)</script>")
    [mail] = (await catcher.http.get("/api/messages")).json()

    page = await catcher.http.get(f"/mails/{mail['id']}")
    body = await catcher.http.get(f"/mails/{mail['id']}/body")

    assert "&lt;script&gt;alert(1)" in page.text, "it is shown"
    assert "<script>alert(1)" not in page.text
    assert "script-src" not in body.headers["content-security-policy"]
    assert body.headers["content-security-policy"].startswith("sandbox ")


async def test_during_an_outage_mail_is_refused_temporarily_and_accepted_afterwards(catcher: Catcher) -> None:
    await catcher.http.post("/api/outage", json={"on": True})

    with pytest.raises(aiosmtplib.SMTPDataError) as refused:
        await catcher.mail("jonas@northwind.example")

    assert refused.value.code == 451
    await catcher.http.post("/api/outage", json={"on": False})
    await catcher.mail("jonas@northwind.example")
    assert len((await catcher.http.get("/api/messages")).json()) == 1


async def test_mails_survive_a_restart_until_they_are_deleted(catcher: Catcher, tmp_path: Path) -> None:
    await catcher.mail("jonas@northwind.example", "Kept")

    assert [mail.subject for mail in Mailbox(tmp_path / "mails.jsonl").mails()] == ["Kept"]

    await catcher.http.delete("/api/messages")
    assert Mailbox(tmp_path / "mails.jsonl").mails() == []


async def test_mailboxes_of_the_lost_contacts_domain_are_refused_for_good(catcher: Catcher) -> None:
    with pytest.raises(aiosmtplib.SMTPRecipientsRefused) as refused:
        await catcher.mail(companies.LOST.address)

    assert refused.value.recipients[0].code == 550
    assert (await catcher.http.get("/api/messages")).json() == []
