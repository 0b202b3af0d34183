"""Gives roles and users of the servers the newest password of their address. Connections that stand, stand on."""

import asyncpg

from deploy.databases import connected
from deploy.environment import OperatorError, passwords_of
from deploy.migrating.broker import BrokerAdmin
from deploy.migrating.databases import set_password
from deploy.migrating.management import BrokerLogin, Management


async def of_role(url: str) -> None:
    """As the role itself, signed in by any of its passwords: no admin is needed."""
    try:
        async with connected(url) as connection:
            await set_password(connection, await connection.fetchval("SELECT current_user"), passwords_of(url)[0])
    except asyncpg.InvalidPasswordError as refused:
        raise OperatorError(
            f"PostgreSQL takes none of these passwords ({refused}): put the one that it has behind the new one."
        ) from None


async def of_broker_user(admin: BrokerAdmin, url: str) -> None:
    """``url`` may be the admin's own."""
    login = BrokerLogin.of(url)
    async with Management(admin.api_url) as api:
        await api.set_password(login.user, login.password)


async def of_admins(database_url: str, broker: BrokerAdmin) -> None:
    """As a migration does: no running process knows these."""
    if len(passwords_of(database_url)) > 1:
        await of_role(database_url)
    if len(passwords_of(broker.url)) > 1:
        await of_broker_user(broker, broker.url)
