"""Sets up RabbitMQ: the virtual host, a user per process kind with its permissions, exchanges, queues and bindings.
Safe to run again. Running processes declare nothing durable."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module

from aiormq.exceptions import AMQPError, ProbableAuthenticationError

from deploy.environment import SERVICES, OperatorError, broker_url
from deploy.migrating.management import BrokerLogin, Management, api_address, in_vhost
from deploy.migrating.queues import declare, listener_part, plumbing_part, settle
from deploy.migrating.topology import PORTAL_PERMISSIONS, SHARED, Permissions, permissions_of_service
from shared.app import ServiceDefinition
from shared.messaging.connection import connect
from shared.messaging.listeners import Listener
from shared.settings import PartitionSettings

EVERYTHING = Permissions(".*", ".*", ".*")


class UnexpectedUser(OperatorError):
    """Permissions are granted to users by name, so the URLs must use those names."""


@dataclass(frozen=True)
class BrokerAdmin:
    """The login that may create users and queues; no running process has it."""

    url: str
    api_url: str

    @classmethod
    def of(cls, url: str, api_url: str | None = None) -> "BrokerAdmin":
        return cls(url, api_address(url, api_url))


async def migrate_broker(admin: BrokerAdmin) -> list[str]:
    """With the users and the virtual host of ``<SERVICE>_RABBITMQ_URL`` and ``PORTAL_RABBITMQ_URL``. Returns one line
    per queue whose messages had to move."""
    logins = {name: BrokerLogin.of(broker_url(name)) for name in (*SERVICES, "portal")}
    for name, login in logins.items():
        if login.user != f"portico_{name}":
            raise UnexpectedUser(
                f"The RabbitMQ address of {name} signs in as {login.user}; it has to be portico_{name}."
            )
    vhosts = {login.vhost for login in logins.values()}
    if len(vhosts) != 1:
        raise OperatorError(f"All RabbitMQ addresses have to name one virtual host, not {', '.join(sorted(vhosts))}.")
    [vhost] = vhosts
    services = {name: import_module(f"services.{name}.app").service for name in SERVICES}
    let_in = {name for name in logins if await _is_let_in(broker_url(name))}
    await make_users(admin, vhost, list(logins.values()), keeping=let_in)
    return await make_queues(admin, vhost, {name: listeners_of(service) for name, service in services.items()})


async def _is_let_in(url: str) -> bool:
    """Whether the broker takes one of the passwords of an address."""
    try:
        async with connect(url, "migrate"):
            return True
    except ProbableAuthenticationError:
        return False
    except AMQPError:  # the user may not enter the virtual host yet, which is asked for after the password
        return True


async def make_users(
    admin: BrokerAdmin, vhost: str, logins: Sequence[BrokerLogin], keeping: Container[str] = ()
) -> None:
    """Create the virtual host, and users with only the permissions that they need. Those of the processes ``keeping``
    their password are there: running processes may know no newer one yet (`portico rotate` sets it)."""
    async with Management(admin.api_url) as api:
        await api.make_vhost(vhost)
        await api.permit(BrokerLogin.of(admin.url).user, vhost, EVERYTHING)
        for login in logins:
            service = login.user.removeprefix("portico_")
            if service not in keeping:
                await api.make_user(login)
            await api.permit(
                login.user, vhost, PORTAL_PERMISSIONS if service == "portal" else permissions_of_service(service)
            )


async def make_queues(
    admin: BrokerAdmin, vhost: str, services: Mapping[str, Sequence[tuple[Listener, int]]]
) -> list[str]:
    """Create all exchanges and queues, for the listeners of each service and the number of their partitions."""
    moved: list[str] = []
    async with Management(admin.api_url) as api, connect(in_vhost(admin.url, vhost), "migrate") as connection:
        existing = await api.queues(vhost)
        await declare(connection, SHARED)
        for service in services:
            moved += await settle(connection, api, vhost, plumbing_part(service), existing)
        for service, listeners in services.items():
            for listener, partitions in listeners:
                part = listener_part(service, listener, partitions)
                moved += await settle(connection, api, vhost, part, existing)
    return moved


def listeners_of(service: ServiceDefinition) -> list[tuple[Listener, int]]:
    """Each listener of a service, with the number of its queue's partitions."""
    partitions = PartitionSettings(_env_prefix=f"{service.name.upper()}_").partitions
    return [(listener, partitions.get(listener.queue, 1)) for listener in service.events.listeners]
