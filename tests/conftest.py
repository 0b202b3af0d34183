"""Fixtures for all tests. `database("billing")` and `run("billing")` are the two that most of them need."""

import gc
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, MutableMapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from deploy.local.servers import Servers
from tests.harness import order, servers
from tests.harness.databases import Database
from tests.harness.installation import Installation, installation
from tests.harness.logs import captured_logs
from tests.harness.services import Running, running

# Beside other tests on a busy machine, an example may take long to be made or tried. That says nothing of the code.
settings.register_profile("portico", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("portico")

BRING_THEIR_OWN = ("faults", "soak")
"""Marks of tests that start servers to break."""
_brought: list[Servers] = []


def pytest_configure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput") or config.option.collectonly or config.option.help:
        return
    if config.option.markexpr in BRING_THEIR_OWN:
        return
    count = getattr(config.option, "numprocesses", None) or 0
    _brought.append(servers.start([f"gw{n}" for n in range(count)] or ["main"]))


def pytest_unconfigure(config: pytest.Config) -> None:
    while _brought:
        _brought.pop().stop()


@pytest.hookimpl(tryfirst=True)  # before -m selects
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests that need a whole installation: `make test` runs them after all others, in two
    processes with an installation each, which wait for browsers and services most of the time. The longest come first,
    and those that move the clock by months are the last."""
    for item in items:
        if "installed" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.installation)
            item.add_marker(pytest.mark.timeout(600))
    items.sort(key=order.place_of)


@pytest.hookimpl(optionalhook=True)  # without -p xdist there is no such hook
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling | None:
    return order.scheduling(config, log)


def pytest_collection_finish() -> None:
    """Modules and thousands of collected tests stay until the end: the garbage collector need not look at them again
    and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
async def installed() -> AsyncIterator[Installation]:
    """Six running processes, their own servers, a mail catcher and the demo's data."""
    async with installation() as found:
        yield found


@pytest.fixture(scope="session")
async def databases() -> AsyncIterator[dict[str, Database]]:
    made: dict[str, Database] = {}
    yield made
    for database in made.values():
        await database.close()


@pytest.fixture
def database(databases: dict[str, Database]) -> Callable[[str], Awaitable[Database]]:
    """``await database("billing")``: that service's database, empty."""

    async def give(service: str) -> Database:
        if service not in databases:
            databases[service] = Database(service)
            await databases[service].create()
        await databases[service].empty()
        return databases[service]

    return give


@pytest.fixture
async def sketch(database: Callable[[str], Awaitable[Database]]) -> Database:
    """The database of a service with only the tables that all services share, empty."""
    return await database("sketch")


@pytest.fixture
async def run(
    database: Callable[[str], Awaitable[Database]], tmp_path: Path
) -> AsyncIterator[Callable[..., Awaitable[Running]]]:
    """``await run("billing")``: that service over ASGI on its empty database; keywords replace settings."""
    async with AsyncExitStack() as stack:

        async def start(service: str, **settings: Any) -> Running:
            return await stack.enter_async_context(
                running(await database(service), tmp_path / "clock.json", **settings)
            )

        yield start


@pytest.fixture
def amqp_url() -> str:
    """A virtual host of RabbitMQ that only this test worker uses."""
    return servers.rabbitmq_url()


@pytest.fixture
def log_lines() -> Iterator[list[MutableMapping[str, Any]]]:
    """What is logged meanwhile, unless a service is made meanwhile, which configures the logs anew."""
    with captured_logs() as lines:
        yield lines
