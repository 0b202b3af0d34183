"""What the commands share: running a coroutine, one-line error messages, connections to databases and the broker."""

import asyncio
import functools
import os
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Annotated, Any, ParamSpec

import asyncpg
import typer
from aio_pika.abc import AbstractConnection

from deploy.databases import connected
from deploy.environment import OperatorError, ServiceName, broker_url, setting, worker_url
from deploy.local.processes import CouldNotStart
from deploy.migrating.broker import BrokerAdmin
from deploy.migrating.management import BrokerLogin, in_vhost
from deploy.waiting import NotInTime
from shared.errors import Problem
from shared.messaging.connection import connect

P = ParamSpec("P")
SAID_IN_ONE_LINE = (OperatorError, CouldNotStart, NotInTime, Problem, OSError, asyncpg.PostgresError)

OneService = Annotated[ServiceName, typer.Option("--service", help="Which service.")]
AnyService = Annotated[ServiceName | None, typer.Option("--service", help="Only this one.")]


def command(function: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    """An `async def` as a command; an expected error is one line and exit code 1, not a traceback."""

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            asyncio.run(function(*args, **kwargs))
        except SAID_IN_ONE_LINE as problem:
            typer.secho(str(problem) or repr(problem), err=True, fg=typer.colors.RED)
            raise typer.Exit(1) from None

    return run


def database_of(service: str) -> AbstractAsyncContextManager[asyncpg.Connection]:
    """A service's database with its worker's role, which sees every workspace."""
    return connected(worker_url(service))


def broker_admin() -> BrokerAdmin:
    return BrokerAdmin.of(setting("PORTICO_ADMIN_RABBITMQ_URL"), os.environ.get("PORTICO_ADMIN_RABBITMQ_API_URL"))


@asynccontextmanager
async def broker_connection(name: str) -> AsyncIterator[AbstractConnection]:
    """A connection to the installation's virtual host, as the admin."""
    url = in_vhost(broker_admin().url, BrokerLogin.of(broker_url("identity")).vhost)
    async with connect(url, name) as connection:
        yield connection
