"""What `portico rotate` does for each kind of store. Each step may be repeated."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from cryptography.exceptions import InvalidTag
from cryptography.fernet import InvalidToken
from pydantic import SecretStr

from deploy.cli.running import broker_admin
from deploy.cli.sessions import worker_sessions, worker_transaction
from deploy.environment import OperatorError, setting
from deploy.rotating import passwords
from deploy.rotating.table import Secret, Store
from services.audit.personal_data.rotating import redigest_addresses, rewrap_keys
from services.audit.seals.checkpoints import hand_over
from services.identity.keys.service import reseal_keys
from services.notifications.deliveries.resealing import reseal_mails
from services.provisioning.credentials.resealing import reseal_credentials


async def follow(secret: Secret) -> str:
    """Bring what is stored to the newest value. Returns what was done, in words. Raises `OperatorError`."""
    try:
        return await FOLLOWING[secret.store](setting(secret.variable))
    except (InvalidTag, InvalidToken):
        raise OperatorError(
            f"What is stored was made with a value that is not in {secret.variable}: put it behind the new one."
        ) from None


async def _nothing(value: str) -> str:
    return "Nothing that is stored depends on it."


async def _signing_keys(value: str) -> str:
    async with worker_transaction("identity") as session:
        count = await reseal_keys(session, SecretStr(value))
    return f"{count} signing keys are encrypted with the newest value."


async def _mails(value: str) -> str:
    async with worker_transaction("notifications") as session:
        count = await reseal_mails(session, SecretStr(value))
    return f"{count} mails that wait are encrypted with the newest value."


async def _credentials(value: str) -> str:
    async with worker_transaction("provisioning") as session:
        count = await reseal_credentials(session, SecretStr(value))
    return f"{count} credentials that wait to be shown are encrypted with the newest value."


async def _audit(value: str) -> str:
    secret = SecretStr(value)
    async with worker_sessions("audit") as sessions:
        async with sessions.begin() as session:
            signed = await hand_over(session, secret, now=datetime.now(UTC))
        async with sessions.begin() as session:
            count = await rewrap_keys(session, secret)
        following: int | None = 0
        while following is not None:
            async with sessions.begin() as session:
                following = await redigest_addresses(session, secret, following)
    vouched = "A checkpoint of the newest key vouches for the one before. " if signed else ""
    return f"{vouched}{count} keys of people are wrapped anew, and people are found by digests of the newest key."


async def _role(value: str) -> str:
    await passwords.of_role(value)
    return "PostgreSQL takes the newest password, and no other."


async def _broker_user(value: str) -> str:
    await passwords.of_broker_user(broker_admin(), value)
    return "RabbitMQ takes the newest password, and no other."


FOLLOWING: dict[Store, Callable[[str], Awaitable[str]]] = {
    Store.nothing: _nothing,
    Store.signing_keys: _signing_keys,
    Store.mails: _mails,
    Store.credentials: _credentials,
    Store.audit: _audit,
    Store.role: _role,
    Store.admin_role: _role,
    Store.broker_user: _broker_user,
    Store.broker_admin: _broker_user,
}
