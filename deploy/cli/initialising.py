"""The first act of an installation: its queues, its provider, the provider's first admin."""

from importlib import import_module

from deploy.environment import SERVICES, setting, worker_url
from shared import broker
from shared.app import Service
from shared.clock import Clock
from shared.db import make_engine, make_sessions
from shared.events import Actor
from shared.outbox import Cause
from shared.settings import PorticoSettings


async def initialise(provider: str, slug: str, admin_address: str, admin_name: str) -> str:
    """What was done, as a sentence."""
    await declare_queues(setting("PORTICO_RABBITMQ_URL"))
    workspaces = import_module("services.identity.workspaces.service")
    engine = make_engine(worker_url("identity"), connections=1)
    try:
        async with make_sessions(engine).begin() as session:
            cause = Cause(Actor(), _clock().now())
            await workspaces.create_provider(session, provider, slug, admin_address, admin_name, cause)
    except workspaces.ProviderExists:
        return "This installation has its provider; nothing was changed."
    finally:
        await engine.dispose()
    return f"{provider} is there. {admin_name} signs in with {admin_address} at the portal."


def _clock() -> Clock:
    """Business time, which a demo moves."""
    settings = PorticoSettings()
    return Clock(settings.clock_file if settings.demo else None)


async def declare_queues(rabbitmq_url: str) -> None:
    """Every queue of every service. A queue keeps what is published from the moment that it exists, not before."""
    async with broker.connect(rabbitmq_url, "init") as connection:
        channel = await connection.channel()
        await broker.declare_exchanges(channel)
        for name in SERVICES:
            service: Service = import_module(f"services.{name}.app").service
            await broker.declare_dead_queue(channel, name)
            for listener in service.listening.listeners:
                await broker.declare_work_queue(channel, name, listener.queue, listener.keys)
