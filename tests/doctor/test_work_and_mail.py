"""What `portico doctor` says of work that waits, mail, keys, clocks and disks: one thing is broken each."""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aio_pika
import httpx
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from sqlalchemy import text

from deploy.cli.running import broker_admin
from deploy.doctor import clocks, files, mail
from deploy.doctor.finding import State
from deploy.environment import broker_url
from deploy.local.processes import free_port
from deploy.migrating.management import BrokerLogin, in_vhost
from services.notifications.settings import Settings
from shared.messaging.connection import connect
from tests.doctor.breaking import NOTHING_LISTENS, Empty, only
from tests.doctor.conftest import Look
from tests.harness.installation import Installation


async def test_events_that_wait_in_an_outbox_are_bad_after_a_minute(
    database: Empty, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    billing = await database("billing")
    monkeypatch.setenv("BILLING_WORKER_DATABASE_URL", billing.worker_url)
    async with billing.owner.begin() as session:
        await session.execute(text(
            "INSERT INTO outbox (event_id, exchange, routing_key, body, created_at) VALUES (gen_random_uuid(),"
            " 'billing.events', 'billing.plan_published', '{}', clock_timestamp() - interval '90 seconds')"
        ))  # fmt: skip

    found = only(await look("outboxes"), "billing")

    assert (found.state, found.see) == (State.bad, "outboxnotemptied")
    assert re.search(r"1 events wait, the oldest since 9\d s", found.seen)


async def test_work_that_nobody_takes_and_a_lease_that_ended_are_told_apart(
    database: Empty, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    notifications = await database("notifications")
    monkeypatch.setenv("NOTIFICATIONS_WORKER_DATABASE_URL", notifications.worker_url)
    async with notifications.owner.begin() as session:
        await session.execute(text("SET LOCAL session_replication_role = replica"))  # no message is needed for it
        for state, lease in (("queued", "NULL"), ("sending", "gen_random_uuid()"), ("sending", "gen_random_uuid()")):
            await session.execute(text(
                "INSERT INTO deliveries (id, workspace_id, message_id, state, due_at, lease_id, tries, correlation_id,"
                " begun_via) VALUES (gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), :state,"
                f" clock_timestamp() - interval '10 minutes', {lease}, 1, gen_random_uuid(), 'system')"
            ), {"state": state})  # fmt: skip

    late, expired = await look("leases")

    assert late.about == expired.about == "notifications: deliveries"
    assert "1 are due for more than 2 min, and nobody takes them" in late.seen
    assert "2 leases ended more than 2 min ago" in expired.seen
    assert {late.state, expired.state} == {State.bad}


async def test_mails_given_up_are_counted_by_the_page_that_lists_them(
    database: Empty, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    notifications = await database("notifications")
    monkeypatch.setenv("NOTIFICATIONS_WORKER_DATABASE_URL", notifications.worker_url)
    async with notifications.owner.begin() as session:
        await session.execute(text("SET LOCAL session_replication_role = replica"))
        await session.execute(text(
            "INSERT INTO undelivered_mails (message_id, workspace_id, topic, recipient_kind, recipient_id, state,"
            " reason, tries, since, tried_at) VALUES (gen_random_uuid(), gen_random_uuid(), 'invoice_issued', 'user',"
            " gen_random_uuid(), 'given_up', 'refused', 3, now(), now())"))  # fmt: skip

    [found] = await look("given up")

    assert (found.about, found.state, found.seen) == ("notifications", State.warn, "1 mails")
    assert "Undelivered mails" in found.do


async def test_dead_letter_is_counted(look: Look) -> None:
    async with connect(in_vhost(broker_admin().url, BrokerLogin.of(broker_url("audit")).vhost), "test") as connection:
        channel = await connection.channel(publisher_confirms=True)
        exchange = await channel.get_exchange("billing.dead", ensure=False)
        await exchange.publish(aio_pika.Message(b"{}"), routing_key="")
        try:
            [found] = await look("dead letters")
        finally:
            await (await channel.get_queue("billing.dead", ensure=False)).purge()

    assert (found.about, found.state, found.see) == ("billing", State.warn, "deadletters")
    assert [each.state for each in await look("dead letters")] == [State.ok]


async def test_mail_server_that_is_away_is_named(look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTIFICATIONS_SMTP_URL", f"smtp://robin:secret@{NOTHING_LISTENS}")

    [found] = await look("mail server")

    assert (found.about, found.state) == (NOTHING_LISTENS, State.bad)
    assert "not reached" in found.seen
    assert "secret" not in str(found)


async def test_mail_server_that_refuses_the_login_is_told_from_one_that_is_away(
    look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> AuthResult:
        return AuthResult(success=False, handled=False)

    port = free_port()
    server = Controller(object(), "127.0.0.1", port, authenticator=refuse, auth_require_tls=False)
    await asyncio.to_thread(server.start)
    monkeypatch.setenv("NOTIFICATIONS_SMTP_URL", f"smtp://robin:wrong@127.0.0.1:{port}")
    try:
        [found] = await look("mail server")
    finally:
        await asyncio.to_thread(server.stop)

    assert (found.state, found.seen) == (State.bad, "refuses the login with 535")


async def test_mails_without_a_signature_are_a_warning_and_a_record_with_another_key_is_bad(
    look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: dict[str, list[str]] = {"larkspur.example": ["v=spf1 mx -all"]}

    async def dns(name: str) -> list[str]:
        return said.get(name, [])

    monkeypatch.setattr(mail, "_texts", dns)
    monkeypatch.setenv("NOTIFICATIONS_SENDER_ADDRESS", "portal@larkspur.example")
    monkeypatch.setenv("NOTIFICATIONS_BOUNCE_ADDRESS", "bounces@larkspur.example")
    unsigned = await look("mail records")
    key = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    for name, value in (("DOMAIN", "larkspur.example"), ("SELECTOR", "p1"), ("KEY", key)):
        monkeypatch.setenv(f"NOTIFICATIONS_DKIM_{name}", value)
    said["p1._domainkey.larkspur.example"] = ["v=DKIM1; k=ed25519; p=AAAA"]
    other = await look("mail records")
    said["p1._domainkey.larkspur.example"] = [Settings().signer.record]  # type: ignore[union-attr]
    right = await look("mail records")

    assert [(each.about, each.state) for each in unsigned] == [
        ("DKIM", State.warn),
        ("SPF", State.ok),
        ("DMARC", State.warn),
        ("bounces", State.ok),
    ]
    assert only(other, "DKIM").state is State.bad
    assert only(right, "DKIM").state is State.ok


async def test_key_that_is_none_and_a_secret_that_does_not_open_the_signing_key_are_bad(
    installed: Installation, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with httpx.AsyncClient() as http:
        await http.get(f"{installed.stack.url('identity')}/api/identity/keys")  # makes the first key
    assert [each.state for each in await look("signing keys")] == [State.ok]

    monkeypatch.setenv("PORTICO_MAIL_KEY", "no-key")
    monkeypatch.setenv("IDENTITY_KEY_SECRET", "short")
    secrets, signing = await look("keys"), await look("signing keys")

    assert only(secrets, "PORTICO_MAIL_KEY").state is State.bad
    assert only(secrets, "IDENTITY_KEY_SECRET").state is State.warn
    assert "no-key" not in str(secrets)
    assert [each.state for each in signing] == [State.bad]


async def test_signing_key_older_than_a_quarter_is_to_be_rotated(installed: Installation, look: Look) -> None:
    async with httpx.AsyncClient() as http:
        await http.get(f"{installed.stack.url('identity')}/api/identity/keys")
    async with installed.database("identity") as database:
        await database.execute("UPDATE signing_keys SET created_at = created_at - interval '100 days'")
        try:
            [found] = await look("signing keys")
        finally:
            await database.execute("UPDATE signing_keys SET created_at = created_at + interval '100 days'")

    assert (found.state, found.do) == (State.warn, "Run `portico keys rotate`.")


def test_clocks_that_differ_are_told_by_how_much() -> None:
    now = datetime(2026, 3, 1, 12, tzinfo=UTC)
    after = now + timedelta(seconds=1)

    def state(seconds: float) -> State:
        return clocks.compared("it", now + timedelta(seconds=seconds), now, after).state

    assert [state(each) for each in (0.5, 2.9, 4, 12, -1.9, -3, -11)] == [
        State.ok,
        State.ok,
        State.warn,
        State.bad,
        State.ok,
        State.warn,
        State.bad,
    ]
    rounded = clocks.compared("it", now - timedelta(seconds=2.5), now, after, exact_to=timedelta(seconds=1))
    assert rounded.state is State.ok
    assert "3.0 s ahead of" in clocks.compared("it", now + timedelta(seconds=4), now, after).seen


async def test_disk_that_is_full_and_folders_that_are_elsewhere_are_told(
    look: Look, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(files, "TOO_LITTLE", 10**18)
    assert [each.state for each in await look("files")] == [State.bad]

    monkeypatch.setenv("PORTICO_FILES_DIR", "/nowhere/at/all/of/it")
    assert [each.state for each in await look("files")] == [State.unknown]
