"""The first act of an installation: its queues, its provider, the provider's first admin."""

from datetime import datetime
from importlib import import_module

from deploy.cli.sessions import worker_transaction
from deploy.environment import SERVICES, setting
from services.identity.workspaces.service import ProviderExists, create_provider
from shared import broker
from shared.app import Service
from shared.events import Actor
from shared.outbox import Cause


async def initialise(provider: str, slug: str, admin_address: str, admin_name: str, now: datetime) -> bool:
    """Make them, at the business time ``now``; False when there is a provider already."""
    await declare_queues(setting("PORTICO_RABBITMQ_URL"))
    try:
        async with worker_transaction("identity") as session:
            await create_provider(session, provider, slug, admin_address, admin_name, Cause(Actor(), now))
    except ProviderExists:
        return False
    return True


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
