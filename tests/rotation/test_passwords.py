"""Passwords of PostgreSQL and RabbitMQ are lists in their addresses, on real servers."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
import pytest
from aiormq.exceptions import ProbableAuthenticationError
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import text

from deploy.environment import Login, OperatorError
from deploy.migrating.broker import BrokerAdmin
from deploy.migrating.databases import set_password
from deploy.migrating.management import BrokerLogin, Management
from deploy.migrating.topology import Permissions
from deploy.rotating import passwords
from shared.db import make_engine, make_pool, open_connection
from shared.logins import BrokerUrl, DatabaseUrl, each_login
from shared.messaging.connection import connect
from shared.messaging.consumer import make_broker, stop
from tests.harness.servers import postgres_url, rabbitmq_api_url, rabbitmq_url


class Role:
    """A role of PostgreSQL whose password is ``old``."""

    def __init__(self) -> None:
        self.name = f"rotating_{uuid4().hex[:8]}"

    def url(self, *known: str) -> str:
        return f"postgresql://{self.name}:{','.join(known)}@{postgres_url().rpartition('@')[2]}"

    async def has(self, password: str) -> None:
        admin = await asyncpg.connect(postgres_url())
        await set_password(admin, self.name, password)
        await admin.close()


@pytest.fixture
async def role() -> AsyncIterator[Role]:
    found, admin = Role(), await asyncpg.connect(postgres_url())
    await admin.execute(f"CREATE ROLE {found.name} LOGIN PASSWORD 'old'")
    yield found
    await admin.execute(f"DROP ROLE {found.name}")
    await admin.close()


async def entered(url: str) -> str:
    connection = await open_connection(url, timeout=10)
    user: str = await connection.fetchval("SELECT current_user")
    await connection.close()
    return user


async def test_a_process_gets_in_before_and_after_the_server_has_the_new_password(role: Role) -> None:
    engine, pool = make_engine(role.url("new", "old"), 2), await make_pool(role.url("new", "old"), 2)
    async with engine.connect() as standing, pool.acquire() as read:
        await passwords.of_role(role.url("new", "old"))
        async with engine.connect() as fresh, pool.acquire() as another:
            for found in (standing, fresh):
                assert await found.scalar(text("SELECT 1")) == 1
            assert [await found.fetchval("SELECT 1") for found in (read, another)] == [1, 1]
    await engine.dispose()
    await pool.close()

    assert await entered(role.url("new")) == role.name
    with pytest.raises(asyncpg.InvalidPasswordError):
        await entered(role.url("old"))


async def test_the_password_that_was_accepted_is_tried_first_the_next_time(role: Role) -> None:
    url = role.url("new", "old")

    await entered(url)
    assert each_login(url) == [role.url("old"), role.url("new")]
    await role.has("new")
    await entered(url)
    assert each_login(url) == [role.url("new"), role.url("old")]


async def test_rotating_is_safe_twice_and_says_what_is_missing(role: Role) -> None:
    await passwords.of_role(role.url("new", "old"))
    await passwords.of_role(role.url("new", "old"))
    await passwords.of_role(role.url("new"))

    with pytest.raises(OperatorError, match="put the one that it has behind the new one"):
        await passwords.of_role(role.url("third"))


class Broker:
    """A user of RabbitMQ whose password is ``old``."""

    def __init__(self) -> None:
        self.admin, self.user = BrokerAdmin.of(rabbitmq_url(), rabbitmq_api_url()), f"rotating_{uuid4().hex[:8]}"
        self.vhost = BrokerLogin.of(rabbitmq_url()).vhost

    def url(self, *known: str) -> str:
        parts = urlsplit(rabbitmq_url())
        return f"amqp://{self.user}:{','.join(known)}@{parts.hostname}:{parts.port or 5672}{parts.path}"


@pytest.fixture
async def broker() -> AsyncIterator[Broker]:
    found = Broker()
    async with Management(found.admin.api_url) as api:
        await api.make_user(BrokerLogin(found.user, "old", found.vhost))
        await api.permit(found.user, found.vhost, Permissions(".*", ".*", ".*"))
        yield found
        await api._send("DELETE", f"users/{found.user}")


async def test_relays_and_consumers_get_in_before_and_after_the_broker_has_the_new_password(broker: Broker) -> None:
    url = broker.url("new", "old")
    consumer = make_broker(url, "test of rotating")
    async with connect(url, "test") as standing:
        async with asyncio.timeout(20):
            connection = await consumer.connect()
        await passwords.of_broker_user(broker.admin, url)

        assert standing.connected.is_set()
        assert connection.connected.is_set()
        assert connection.transport is not None
        await connection.transport.connection.close()  # as when the broker is restarted: only the new one is accepted
        async with asyncio.timeout(20):
            while not connection.connected.is_set() or connection.url.password != "new":
                await asyncio.sleep(0.05)
        async with connect(url, "test"):
            pass
    await stop(consumer)

    with pytest.raises(ProbableAuthenticationError):
        async with connect(broker.url("old"), "test"):
            pass


async def test_the_management_api_is_entered_by_any_password(broker: Broker) -> None:
    async with Management(broker.admin.api_url) as api:
        await api._send("PUT", f"users/{broker.user}", {"password": "new", "tags": "administrator"})
    address = "http://" + rabbitmq_api_url().rpartition("@")[2]
    admin = BrokerAdmin.of(broker.url("newest", "new"), address)

    await passwords.of_broker_user(admin, admin.url)
    await passwords.of_broker_user(admin, admin.url)

    async with Management(BrokerAdmin.of(broker.url("newest"), address).api_url) as api:
        assert (await api._send("GET", "whoami")).json()["tags"] == ["administrator"], "stays an admin"


@pytest.mark.parametrize(
    ("url", "each"),
    [
        ("postgresql://u:p@h/d", ["postgresql://u:p@h/d"]),
        ("postgresql://u:a,b@h1:1,h2:2/d?x=@,", ["postgresql://u:a@h1:1,h2:2/d?x=@,", "postgresql://u:b@h1:1,h2:2/d?x=@,"]),
        ("postgresql://u:a%2Cb,c@h/d", ["postgresql://u:a%2Cb@h/d", "postgresql://u:c@h/d"]),
        ("postgresql://h/d", ["postgresql://h/d"]),
        ("amqp://u:a,b@h", ["amqp://u:a@h", "amqp://u:b@h"]),
    ],
)  # fmt: skip
def test_an_address_is_divided_at_the_commas_of_its_password_alone(url: str, each: Sequence[str]) -> None:
    assert each_login(url) == each


def test_the_parts_of_an_address_have_all_passwords() -> None:
    assert Login.of("postgresql://u:a%2Cb,c@h/d") == Login("u", ("a,b", "c"), "d")


@pytest.mark.parametrize("kind", [DatabaseUrl, BrokerUrl])
def test_the_address_of_another_kind_of_server_is_refused(kind: object) -> None:
    with pytest.raises(ValidationError, match="should match pattern"):
        TypeAdapter(kind).validate_python("http://user:password@host/name")
