"""What `portico doctor` says where settings or the servers are not as they should be: one thing is broken each."""

import asyncio
import os
from uuid import uuid4

import asyncpg
import pytest

from deploy.cli.running import broker_admin
from deploy.doctor import connections
from deploy.doctor.finding import Finding, State
from deploy.environment import broker_url
from deploy.migrating.databases import address_of
from deploy.migrating.management import BrokerLogin, Management, in_vhost
from deploy.waiting import eventually
from shared.messaging.connection import connect
from tests.doctor.breaking import NOTHING_LISTENS, moved, only, with_password
from tests.doctor.conftest import Look
from tests.harness.installation import Installation


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
