"""`portico dead`: a dead letter stays until it is replayed into the queue that it came from, or discarded."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from uuid import UUID, uuid4

import aio_pika
import pytest
from sqlalchemy import text
from typer.testing import CliRunner, Result

from deploy.cli.main import app
from deploy.migrating.queues import declare, listener_part
from deploy.migrating.topology import plumbing_of
from services.identity.provider import create_provider
from shared.events import Actor
from shared.messaging.connection import connect
from shared.messaging.topology import dead_letters
from shared.outbox import Cause, events_exchange
from tests.harness.databases import Database
from tests.harness.servers import rabbitmq_api_url, rabbitmq_url
from tests.harness.services import service_named

QUEUE = "notifications.on.provisioning.service_provisioned"


async def put_aside(message_id: str) -> None:
    """Dead-letter a message as a consumer does if it cannot read it."""
    [listener] = [each for each in service_named("notifications").events.listeners if each.queue == QUEUE]
    async with connect(rabbitmq_url(), "test") as connection:
        channel = await connection.channel()
        await channel.declare_exchange("portico.live", "topic", durable=True)
        await channel.declare_exchange(events_exchange("provisioning"), "topic", durable=True)
        await declare(connection, plumbing_of("notifications"))
        await declare(connection, listener_part("notifications", listener, 1).topology)
        headers = {"x-portico-queue": QUEUE, "x-portico-reason": "Not a valid ServiceProvisioned"}
        message = aio_pika.Message(b'{"name": "poison"}', message_id=message_id, headers=headers)
        exchange = await channel.get_exchange(dead_letters("notifications"))
        await exchange.publish(message, routing_key="")


async def take_work() -> str | None:
    """The id of the next message in the queue that the dead letter came from."""
    async with connect(rabbitmq_url(), "test") as connection:
        channel = await connection.channel()
        queue = await channel.get_queue(QUEUE)
        async with queue.iterator(timeout=10) as messages:
            message = await anext(messages)
            await message.ack()
            return message.message_id


def portico(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["--env-file", "/nowhere", *arguments])


@pytest.fixture
async def provider(
    database: Callable[[str], Awaitable[Database]], monkeypatch: pytest.MonkeyPatch
) -> tuple[str, Database]:
    """The provider's workspace, in identity's database."""
    identity = await database("identity")
    monkeypatch.setenv("IDENTITY_WORKER_DATABASE_URL", identity.worker_url)
    cause = Cause(Actor(), datetime.now(UTC))
    async with identity.worker.begin() as session:
        names = ("Larkspur Cloud", "larkspur", "en-US", "robin@larkspur.example", "Robin")
        made = await create_provider(session, *names, cause)
        workspace_id = str(made.id)
    async with identity.owner.begin() as session:
        await session.execute(text("TRUNCATE outbox"))
    return workspace_id, identity


@pytest.fixture
def dead_letter(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("PORTICO_ADMIN_RABBITMQ_URL", rabbitmq_url())
    monkeypatch.setenv("PORTICO_ADMIN_RABBITMQ_API_URL", rabbitmq_api_url())
    monkeypatch.setenv("IDENTITY_RABBITMQ_URL", rabbitmq_url())
    message_id = str(uuid4())
    asyncio.run(put_aside(message_id))
    return message_id


async def test_listing_and_showing_a_dead_letter_leaves_it_in_its_queue(
    dead_letter: str, provider: tuple[str, Database]
) -> None:
    _, identity = provider
    first = await asyncio.to_thread(portico, "dead", "list", "--service", "notifications")
    shown = await asyncio.to_thread(portico, "dead", "show", "--service", "notifications", dead_letter)
    again = await asyncio.to_thread(portico, "dead", "list")

    assert dead_letter in first.output
    assert "Not a valid ServiceProvisioned" in first.output
    assert QUEUE in shown.output
    assert '"name": "poison"' in shown.output
    assert dead_letter in again.output
    assert await identity.events() == [], "what only looks is no entry"
    await asyncio.to_thread(portico, "dead", "replay", "--service", "notifications")
    await take_work()


async def test_a_replayed_dead_letter_is_back_in_its_work_queue_only(
    dead_letter: str, provider: tuple[str, Database]
) -> None:
    workspace_id, identity = provider
    replayed = await asyncio.to_thread(portico, "dead", "replay", "--service", "notifications", dead_letter)
    again = await asyncio.to_thread(portico, "dead", "replay", "--service", "notifications", dead_letter)

    assert "1 messages of notifications" in replayed.output
    assert "0 messages of notifications" in again.output
    assert await take_work() == dead_letter
    assert (await asyncio.to_thread(portico, "dead", "list")).output.strip() == "No dead letters."
    [told] = await identity.events("identity.operator_command_run")
    assert (told["workspace_id"], told["command"]) == (workspace_id, "dead replay")
    assert told["arguments"] == f"--service notifications {dead_letter}"


async def test_stored_events_that_go_out_again_and_new_keys_are_told(
    provider: tuple[str, Database], database: Callable[[str], Awaitable[Database]], monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace_id, identity = provider
    billing = await database("billing")
    monkeypatch.setenv("BILLING_WORKER_DATABASE_URL", billing.worker_url)
    monkeypatch.setenv("IDENTITY_KEY_SECRET", "secret-of-the-signing-keys")
    replay = ("outbox", "replay", "--service", "billing", "--event", "billing.invoice_issued")

    answers = [await asyncio.to_thread(portico, *command) for command in (replay, ("keys", "rotate"), replay[:4])]

    assert [answer.exit_code for answer in answers] == [0, 0, 2], answers[1].output
    told = await identity.events("identity.operator_command_run")
    assert [(each["command"], each["arguments"]) for each in told] == [
        ("outbox replay", "--service billing --event billing.invoice_issued"),
        ("keys rotate", ""),
    ]
    assert {each["workspace_id"] for each in told} == {workspace_id}


async def test_before_there_is_a_provider_commands_work_and_nothing_is_told(
    database: Callable[[str], Awaitable[Database]], monkeypatch: pytest.MonkeyPatch
) -> None:
    identity = await database("identity")
    monkeypatch.setenv("IDENTITY_WORKER_DATABASE_URL", identity.worker_url)
    monkeypatch.setenv("IDENTITY_KEY_SECRET", "secret-of-the-signing-keys")

    rotated = await asyncio.to_thread(portico, "keys", "rotate")

    assert rotated.exit_code == 0, rotated.output
    assert await identity.events() == []


def test_a_command_without_its_settings_names_the_missing_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PORTICO_ADMIN_RABBITMQ_URL", raising=False)

    answer = portico("dead", "list")

    assert answer.exit_code == 1
    assert "PORTICO_ADMIN_RABBITMQ_URL is not set" in answer.output


async def decided(database: Database, event_id: str) -> str | None:
    """The reason with which the event was discarded."""
    async with database.owner() as session:
        query = text("SELECT discarded_because FROM inbox WHERE queue = :queue AND event_id = :id")
        return await session.scalar(query, {"queue": QUEUE, "id": UUID(event_id)})


async def test_a_discarded_dead_letter_is_gone_and_verify_no_longer_reports_it(
    dead_letter: str,
    provider: tuple[str, Database],
    database: Callable[[str], Awaitable[Database]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    notifications = await database("notifications")
    monkeypatch.setenv("NOTIFICATIONS_WORKER_DATABASE_URL", notifications.worker_url)
    command = ("dead", "discard", "--service", "notifications", dead_letter, "--reason")

    without_reason = await asyncio.to_thread(portico, *command, " ")
    discarded = await asyncio.to_thread(portico, *command, "Sent by hand")
    unknown = await asyncio.to_thread(portico, *command, "again")

    assert without_reason.exit_code == 2
    assert discarded.exit_code == 0, discarded.output
    assert await decided(notifications, dead_letter) == "Sent by hand"
    assert dead_letter not in (await asyncio.to_thread(portico, "dead", "list")).output
    assert unknown.exit_code == 1
    told = await provider[1].events("identity.operator_command_run")
    assert [(each["command"], each["arguments"]) for each in told] == [
        ("dead discard", f"--service notifications {dead_letter}")
    ], "once, and without the reason, which may name people"
