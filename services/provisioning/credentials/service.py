"""Resetting the credentials of a service: the infrastructure makes new ones, which one person is shown once (D30)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from pydantic import SecretStr
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.credentials.models import SealedCredentials
from services.provisioning.credentials.refusals import (
    CredentialsNotReady,
    CredentialsOver,
    CredentialsShownAlready,
    CredentialsUnreadable,
    OthersCredentials,
)
from services.provisioning.credentials.sealing import Opened, SealBroken, unseal
from services.provisioning.operations.beginning import (
    begin_work,
    lock_service,
    refuse_others,
    require_state,
    require_verb,
)
from services.provisioning.operations.models import Operation
from services.provisioning.operations.progress import Ended
from services.provisioning.operations.telling import about, told_of
from services.provisioning.operations.troubleshooting import tell_of_beginning
from services.provisioning.services.models import Service
from services.provisioning.states import OperationState, ServiceState
from services.provisioning.verbs import Verb
from shared.auth import Access
from shared.errors import NotFound
from shared.events import Event
from shared.events.provisioning import CredentialsShown
from shared.outbox import emit

SHOWN_WITHIN = timedelta(hours=1)
"""Of real time, from when they were made."""
AT_ONCE = 1_000


async def begin_reset(session: AsyncSession, service_id: UUID, *, now: datetime) -> UUID:
    """Queue the reset of a service's credentials, and return the operation's id. ``now`` is real time. Raises
    `NotFound`, `ServiceNotActive`, `VerbNotOffered`, `ServiceBusy` or `TooManyOperations`."""
    service = await lock_service(session, service_id)
    require_state(service, ServiceState.active)
    product = await require_verb(session, service, Verb.reset_credentials)
    await refuse_others(session, service.id, Verb.reset_credentials, now)
    operation = await begin_work(session, service, product, Verb.reset_credentials, now=now)
    await tell_of_beginning(session, operation, service)
    return operation.id


async def keep(session: AsyncSession, operation: Operation, sealed: bytes, *, now: datetime) -> None:
    """Keep what an operation has made, until it is shown. ``now`` is real time."""
    row = {"operation_id": operation.id, "workspace_id": operation.workspace_id, "sealed": sealed, "made_at": now}
    kept = insert(SealedCredentials).values(row)
    await session.execute(kept.on_conflict_do_update(index_elements=["operation_id"], set_=row))


async def conclude_reset(session: AsyncSession, ended: Ended) -> Sequence[Event]:
    """What a reset has made that did not succeed is of no use to anybody."""
    if ended.operation.state != OperationState.succeeded:
        made = update(SealedCredentials).where(SealedCredentials.operation_id == ended.operation.id)
        await session.execute(made.values(sealed=None))
    return [told_of(ended.operation, ended.service)]


async def show(
    session: AsyncSession, operation_id: UUID, *, by: Access, keys: SecretStr, now: datetime
) -> list[Opened]:  # fmt: skip
    """The new credentials, which are deleted with that. Of two at once the first one gets them. ``now`` is real time.
    Raises `NotFound`, `OthersCredentials`, `CredentialsNotReady`, `CredentialsShownAlready`, `CredentialsOver` or
    `CredentialsUnreadable`."""
    kept = await session.get(SealedCredentials, operation_id, with_for_update=True, populate_existing=True)
    operation = await session.get(Operation, operation_id)
    if operation is None or operation.verb != Verb.reset_credentials:
        raise NotFound(f"There is no reset of credentials {operation_id} in this workspace.")
    if operation.begun_by != by.user_id:
        raise OthersCredentials("Only whoever began the reset can be shown the new credentials.")
    if operation.state != OperationState.succeeded:
        raise CredentialsNotReady(f"The operation is {operation.state}.", state=operation.state)
    if kept is not None and kept.shown_at is not None:
        raise CredentialsShownAlready("They were shown already, and are kept nowhere. Reset them again.")
    if kept is None or kept.sealed is None or now >= kept.made_at + SHOWN_WITHIN:
        raise CredentialsOver("Nobody looked at them within an hour. Reset them again.")
    try:
        found = unseal(keys, operation.id, kept.sealed)
    except SealBroken:
        raise CredentialsUnreadable("Their key is not in use any more. Reset them again.") from None
    kept.sealed, kept.shown_at = None, now
    service = await session.get_one(Service, operation.service_id)
    await emit(session, CredentialsShown.model_validate(about(operation, service)))
    await session.flush()
    return found


async def forget(session: AsyncSession, now: datetime) -> int:
    """Delete what nobody looked at within an hour, at most `AT_ONCE`. ``now`` is real time."""
    old = SealedCredentials.sealed.is_not(None), SealedCredentials.made_at <= now - SHOWN_WITHIN
    found = select(SealedCredentials.operation_id).where(*old).limit(AT_ONCE).with_for_update(skip_locked=True)
    done = update(SealedCredentials).where(SealedCredentials.operation_id.in_(found.scalar_subquery()))
    done = done.values(sealed=None).returning(SealedCredentials.operation_id)
    return len((await session.execute(done, execution_options={"synchronize_session": False})).all())
