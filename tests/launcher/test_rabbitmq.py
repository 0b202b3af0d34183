"""The launcher's RabbitMQ, and one that the environment names."""

from uuid import uuid4

import aio_pika
import pytest

from deploy.local.external import ExternalRabbitMQ
from deploy.local.processes import CouldNotStart, free_port
from tests.harness.broker import is_refused
from tests.harness.servers import rabbitmq_api_url, rabbitmq_url


async def test_it_distributes_messages_by_a_hash_of_the_routing_key() -> None:
    async with await aio_pika.connect(rabbitmq_url()) as connection:
        channel = await connection.channel()

        exchange = await channel.declare_exchange("shared", "x-consistent-hash", auto_delete=True)

        assert exchange.name == "shared"


async def test_virtual_hosts_are_created_and_deleted_through_the_api_of_an_external_server() -> None:
    given = ExternalRabbitMQ(rabbitmq_url(), rabbitmq_api_url())
    name = f"a/b {uuid4()}"

    given.add_vhost(name)
    given.add_vhost(name)
    async with await aio_pika.connect(given.url(name)) as connection:
        assert await (await connection.channel()).declare_queue("q", exclusive=True)
    given.delete_vhost(name)

    assert await is_refused(given.url(name))


@pytest.mark.parametrize(
    ("url", "api", "found"),
    [
        ("amqp://a:b%2Fc@rabbit.example/v", None, "http://a:b%2Fc@rabbit.example:15672"),
        ("amqp://rabbit.example", None, "http://guest:guest@rabbit.example:15672"),
        ("amqp://a:b@[::1]:99", None, "http://a:b@[::1]:15672"),
        ("amqps://a:b@rabbit.example", "https://api.example", "https://a:b@api.example"),
        ("amqp://a:b@rabbit.example", "http://c:d@api.example:1", "http://c:d@api.example:1"),
    ],
)
def test_the_api_of_an_external_server_is_on_its_host_unless_it_is_named(url: str, api: str | None, found: str) -> None:
    assert ExternalRabbitMQ(url, api).management_url == found


def test_the_error_about_an_api_that_does_not_answer_has_no_password() -> None:
    port = free_port()

    with pytest.raises(CouldNotStart, match=rf"127\.0\.0\.1:{port} does not answer(.|\n)*rabbitmq_management") as said:
        ExternalRabbitMQ("amqp://a:secret@127.0.0.1", f"http://127.0.0.1:{port}").add_vhost("x")

    assert "secret" not in str(said.value)
