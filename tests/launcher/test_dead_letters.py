"""`portico dead`: what was put aside stays there until a person gives it back, and then arrives where it came from."""

import asyncio
from uuid import uuid4

import aio_pika
import pytest
from typer.testing import CliRunner, Result

from deploy.cli.main import app
from shared import broker
from tests.harness.servers import rabbitmq_url

QUEUE = "notifications.on.provisioning.service_provisioned"


async def put_aside(message_id: str) -> None:
    """As a consumer does it with a message that it cannot read."""
    async with broker.connect(rabbitmq_url(), "test") as connection:
        channel = await connection.channel()
        await broker.declare_exchanges(channel)
        await broker.declare_dead_queue(channel, "notifications")
        await broker.declare_work_queue(channel, "notifications", QUEUE, ["provisioning.service_provisioned"])
        headers = {"x-portico-queue": QUEUE, "x-portico-reason": "Not a valid ServiceProvisioned"}
        message = aio_pika.Message(b'{"name": "poison"}', message_id=message_id, headers=headers)
        exchange = await channel.get_exchange(broker.DEAD_EXCHANGE)
        await exchange.publish(message, routing_key="notifications")


async def take_work() -> str | None:
    """The next message of the queue that the dead letter came from."""
    async with broker.connect(rabbitmq_url(), "test") as connection:
        channel = await connection.channel()
        queue = await channel.get_queue(QUEUE)
        async with queue.iterator(timeout=10) as messages:
            message = await anext(messages)
            await message.ack()
            return message.message_id


def portico(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["--env-file", "/nowhere", *arguments])


@pytest.fixture
def dead_letter(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("PORTICO_RABBITMQ_URL", rabbitmq_url())
    message_id = str(uuid4())
    asyncio.run(put_aside(message_id))
    return message_id


def test_a_dead_letter_is_listed_and_shown_and_stays(dead_letter: str) -> None:
    first = portico("dead", "list", "--service", "notifications")
    shown = portico("dead", "show", "--service", "notifications", dead_letter)
    again = portico("dead", "list")

    assert dead_letter in first.output
    assert "Not a valid ServiceProvisioned" in first.output
    assert QUEUE in shown.output
    assert '"name": "poison"' in shown.output
    assert dead_letter in again.output
    portico("dead", "replay", "--service", "notifications")
    asyncio.run(take_work())


def test_a_replayed_dead_letter_is_back_in_its_queue_and_no_longer_dead(dead_letter: str) -> None:
    replayed = portico("dead", "replay", "--service", "notifications", dead_letter)

    assert "1 messages of notifications" in replayed.output
    assert asyncio.run(take_work()) == dead_letter
    assert portico("dead", "list").output.strip() == "No dead letters."


def test_a_command_without_its_settings_says_which_one_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PORTICO_RABBITMQ_URL", raising=False)

    answer = portico("dead", "list")

    assert answer.exit_code == 1
    assert "PORTICO_RABBITMQ_URL is not set" in answer.output
