"""What operators do, in the provider's log: what a command changes has an entry, with the command and its arguments.

Who did it is not said: whoever may run commands shares the account of the machine, whose name says nothing to the
provider's people. It is in the log of the command itself.
"""

import os
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from deploy.cli.sessions import worker_transaction
from deploy.environment import OperatorError, demo_clock_file
from shared.clock import Clock
from shared.events import Actor
from shared.events.identity import OperatorCommandRun
from shared.outbox import Cause, emit

_PROVIDER = text("SELECT workspace_id FROM workspaces WHERE kind = 'provider'")


async def tell(command: str, *arguments: object) -> None:
    """Before the command changes something: if it dies in between, nothing has happened that the log does not have."""
    async with worker_transaction("identity") as session:
        await tell_in(session, command, *arguments)


async def tell_in(session: AsyncSession, command: str, *arguments: object) -> None:
    """In a transaction of identity's database that changes something itself. ``arguments`` are no personal data and no
    secrets. Without a provider there is no log yet."""
    provider: UUID | None = await session.scalar(_PROVIDER)
    if provider is None:
        return
    session.info["cause"] = Cause(Actor(), _clock().now())
    said = " ".join(str(each) for each in arguments if each is not None)
    await emit(session, OperatorCommandRun(workspace_id=provider, command_id=uuid4(), command=command, arguments=said))


def _clock() -> Clock:
    try:
        return Clock(demo_clock_file()) if os.environ.get("PORTICO_DEMO") else Clock()
    except OperatorError:  # no demo
        return Clock()
