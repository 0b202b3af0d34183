"""What `portico doctor` says of an installation in which one thing is broken."""

import asyncio
import os
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import aio_pika
import asyncpg
import httpx
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from sqlalchemy import text

from deploy.cli.running import broker_admin
from deploy.doctor import clocks, connections, files, mail
from deploy.doctor.finding import Finding, State
from deploy.environment import broker_url
from deploy.local.processes import free_port
from deploy.migrating.databases import address_of
from deploy.migrating.management import BrokerLogin, Management, in_vhost
from deploy.waiting import eventually
from services.notifications.settings import Settings
from shared.messaging.connection import connect
from tests.doctor.conftest import Look
from tests.harness.databases import Database
from tests.harness.installation import Installation

Empty = Callable[[str], Awaitable[Database]]
NOTHING_LISTENS = "127.0.0.1:1"


def only(findings: list[Finding], about: str) -> Finding:
    [found] = [each for each in findings if each.about.startswith(about)]
    return found


def moved(url: str, host: str) -> str:
    """The same URL at another host."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=f"{parts.username}:{parts.password}@{host}"))


def with_password(url: str, password: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=f"{parts.username}:{password}@{parts.hostname}:{parts.port}"))


async def test_missing_setting_is_named_and_no_value_shown(look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AUDIT_SEAL_KEY")
    monkeypatch.setenv("PROVISIONING_SECRET_KEYS", "not-a-key")

    found = await look("settings")

    assert "AUDIT_SEAL_KEY (or PORTICO_SEAL_KEY) is missing" in only(found, "audit").seen
    assert "PROVISIONING_SECRET_KEYS: " in only(found, "provisioning").seen
    assert "not-a-key" not in str(found)
    assert only(found, "billing").state is State.ok


async def test_address_without_tls_is_bad(look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTICO_PUBLIC_URL", "http://portal.larkspur.example")
    assert [each.state for each in await look("address")] == [State.bad]
    monkeypatch.setenv("PORTICO_PUBLIC_URL", "https://portal.larkspur.example")
    assert [each.state for each in await look("address")] == [State.ok]


async def test_wrong_password_of_a_database_is_named_by_service_and_role(
    look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = os.environ["BILLING_DATABASE_URL"]
    monkeypatch.setenv("BILLING_DATABASE_URL", with_password(url, "wrong"))

    found = await look("PostgreSQL")

    assert only(found, "billing (api)").state is State.bad
    assert "refuses this login" in only(found, "billing (api)").seen
    assert "9 of 10 logins work" in only(found, "server").seen


async def test_postgresql_away_is_bad_once_and_unknown_elsewhere(look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.endswith("_DATABASE_URL")]:
        monkeypatch.setenv(name, moved(os.environ[name], NOTHING_LISTENS))

    assert {each.state for each in await look("PostgreSQL")} == {State.bad}
    for name in ("migrations", "connections", "transactions", "outboxes", "leases", "given up", "signing keys"):
        assert {each.state for each in await look(name)} == {State.unknown}, name


async def test_database_behind_this_version_is_named(installed: Installation, look: Look) -> None:
    async with installed.database("billing") as database:
        newest = await database.fetchval(
            "DELETE FROM alembic_version WHERE version_num LIKE 'b%' RETURNING version_num"
        )
        newest = newest or await database.fetchval(
            "DELETE FROM alembic_version WHERE ctid = (SELECT min(ctid) FROM alembic_version) RETURNING version_num"
        )
        try:
            found = only(await look("migrations"), "billing")
        finally:
            await database.execute("INSERT INTO alembic_version VALUES ($1)", newest)

    assert found.state is State.bad
    assert f"behind: {newest} is missing" in found.seen
    assert "portico migrate" in found.do
    assert [each.state for each in await look("migrations")] == [State.ok]


async def test_database_that_was_never_migrated_is_named(
    installed: Installation, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = f"portico_empty_{uuid4().hex}"
    admin = await asyncpg.connect(installed.stack.servers.postgres_url)
    await admin.execute(f"CREATE DATABASE {name}")
    try:
        monkeypatch.setenv("AUDIT_WORKER_DATABASE_URL", address_of(os.environ["AUDIT_WORKER_DATABASE_URL"], name))
        found = only(await look("migrations"), "audit")
    finally:
        await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await admin.close()

    assert (found.state, found.seen) == (State.bad, "not migrated")


async def test_few_connections_are_noticed_before_they_run_out(look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    [before] = await look("connections")
    monkeypatch.setenv("BILLING_API_CONNECTIONS", "300")
    [found] = await look("connections")

    assert before.state is State.ok, before
    assert found.state is State.warn
    assert "max_connections" in found.do


def test_processes_that_are_seen_count_each_with_all_that_they_may_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTICO_API_CONNECTIONS", "6")
    monkeypatch.setenv("PORTICO_WORKER_CONNECTIONS", "5")

    assert connections.needed({}, ["billing"]) == 12 + 7, "one API and one worker"
    assert connections.needed({"portico_billing_api": 13}, ["billing"]) == 24 + 7
    assert connections.needed({"portico_billing_worker": 15}, ["billing"]) == 12 + 21


async def test_transaction_that_idles_and_a_statement_that_waits_for_its_lock_are_seen(
    look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deploy.doctor.databases.IDLE_MINUTES", 0)
    monkeypatch.setattr("deploy.doctor.databases.LOCKED_SECONDS", 0)
    holds, waits = [await asyncpg.connect(os.environ["IDENTITY_WORKER_DATABASE_URL"]) for _ in range(2)]
    held = holds.transaction()
    await held.start()
    await holds.execute("SELECT pg_advisory_xact_lock(7)")
    waiting = asyncio.ensure_future(waits.execute("SELECT pg_advisory_lock(7)"))
    try:

        async def both() -> bool:
            return {each.about for each in await look("transactions")} == {"transactions", "locks"}

        await eventually(both, "both are seen")
    finally:
        await held.rollback()
        await waiting
        await holds.close()
        await waits.close()


async def test_wrong_password_of_a_broker_user_is_named(look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUDIT_RABBITMQ_URL", with_password(broker_url("audit"), "wrong"))

    [found] = await look("RabbitMQ")

    assert (found.about, found.state) == ("audit", State.bad)
    assert "refuses this login" in found.seen


async def test_rabbitmq_away_is_bad_for_all_users_and_unknown_elsewhere(
    look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in os.environ if name.endswith("_RABBITMQ_URL")]:
        monkeypatch.setenv(name, moved(os.environ[name], NOTHING_LISTENS))
    monkeypatch.setenv("PORTICO_ADMIN_RABBITMQ_API_URL", f"http://guest:guest@{NOTHING_LISTENS}")

    assert {each.state for each in await look("RabbitMQ")} == {State.bad}
    for name in ("broker", "broker users", "queues", "dead letters"):
        found = await look(name)
        assert {each.state for each in found} == {State.unknown}, name
        assert "management API" in found[0].seen
    assert {each.about: each.state for each in await look("clock")}["RabbitMQ"] is State.unknown


async def test_user_who_may_more_than_the_version_says_is_named(look: Look) -> None:
    admin, vhost = broker_admin(), BrokerLogin.of(broker_url("audit")).vhost
    async with Management(admin.api_url) as api:
        everything = {"configure": ".*", "write": ".*", "read": ".*"}
        before = (await api.permissions(vhost))["portico_audit"]
        await api._send("PUT", f"permissions/{vhost}/portico_audit", everything)
        try:
            [found] = await look("broker users")
        finally:
            await api._send("PUT", f"permissions/{vhost}/portico_audit",
                            dict(zip(("configure", "write", "read"), before, strict=True)))  # fmt: skip

    assert (found.about, found.state) == ("portico_audit", State.bad)
    assert [each.state for each in await look("broker users")] == [State.ok]


async def test_stopped_worker_leaves_queues_without_consumer_and_its_api_unanswered(
    installed: Installation, look: Look
) -> None:
    installed.stack.children["audit"].stop()
    try:

        async def nobody_reads() -> Finding | None:
            return next((each for each in await look("queues") if each.about.startswith("audit: ")), None)

        found = await eventually(nobody_reads, "the queues of audit have no consumer", seconds=30, pause=0.5)
        api = only(await look("APIs"), "audit")
    finally:
        installed.stack.start(["audit"])
        await asyncio.to_thread(installed.stack.wait, ["audit"])

    assert found.state is State.bad
    assert "Start a worker of audit" in found.do
    assert (api.state, api.see) == (State.bad, "processdown")


async def test_queue_that_is_missing_is_named_until_migrate_makes_it(installed: Installation, look: Look) -> None:
    async with connect(in_vhost(broker_admin().url, BrokerLogin.of(broker_url("audit")).vhost), "test") as connection:
        channel = await connection.channel()
        await channel.queue_delete("audit.retry.600s")
    try:
        found = only(await look("queues"), "audit.retry.600s")
    finally:
        await installed.portico("migrate")

    assert (found.state, found.do) == (State.bad, "Run `portico migrate`.")
    assert [each for each in await look("queues") if "migrate" in each.do] == []


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
