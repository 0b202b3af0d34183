"""Dead letters: messages that could not be handled. Each service keeps them with the reason until a person decides."""

import getpass
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Annotated, Any, NoReturn
from uuid import UUID

import orjson
import structlog
import typer
from aio_pika import Message
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage
from aio_pika.exceptions import ChannelNotFoundEntity
from sqlalchemy import text

from deploy.cli.running import AnyService, OneService, broker_connection, command
from deploy.cli.sessions import worker_transaction
from deploy.cli.telling import tell
from deploy.environment import SERVICES
from shared.messaging import inbox
from shared.messaging.topology import back_exchange, dead_letters
from shared.outbox import KEPT_HEADERS

app = typer.Typer(no_args_is_help=True, help="Dead letters: list them, read one, give them back, or discard one.")

log = structlog.get_logger()

_DISCARD = text("""
UPDATE inbox SET discarded_by = :by, discarded_because = :because WHERE queue = :queue AND event_id = :id
""")

Id = Annotated[str, typer.Argument(metavar="ID")]


@dataclass(frozen=True)
class DeadLetter:
    """A message in a service's dead-letter queue. It stays there until it is replayed or discarded."""

    message: AbstractIncomingMessage

    @property
    def id(self) -> str:
        return self.message.message_id or "(no id)"

    @property
    def queue(self) -> str:
        """The queue that it came from: from our own header, or the broker's if the broker gave up delivering it."""
        noted = self.message.headers.get("x-portico-queue")
        return str(noted or listener_queue(str(self._by_the_broker.get("queue", "?"))))

    @property
    def reason(self) -> str:
        return str(self.message.headers.get("x-portico-reason") or self._by_the_broker.get("reason", "unknown"))

    @property
    def _by_the_broker(self) -> dict[str, Any]:
        deaths: Any = self.message.headers.get("x-death") or [{}]
        return dict(deaths[0])


@asynccontextmanager
async def _letters(service: str) -> AsyncIterator[tuple[AbstractChannel, list[DeadLetter]]]:
    """All dead letters of a service, unacknowledged: those that are not acknowledged here stay in their queue."""
    async with broker_connection("dead letters") as connection:
        channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
        try:
            queue = await channel.declare_queue(dead_letters(service), passive=True)
        except ChannelNotFoundEntity:  # the service was never migrated
            yield channel, []
            return
        letters = []
        while message := await queue.get(fail=False, timeout=10):
            letters.append(DeadLetter(message))
        yield channel, letters


@app.command(name="list")
@command
async def list_letters(service: AnyService = None) -> None:
    """List dead letters: service, id, the queue it came from, and why it could not be handled."""
    count = 0
    for name in [service] if service else SERVICES:
        async with _letters(name) as (_, letters):
            count += len(letters)
            for letter in letters:
                typer.echo(f"{name:<14} {letter.id}  {letter.queue}\n{'':15}{letter.reason.splitlines()[0][:160]}")
    if not count:
        typer.echo("No dead letters.")


@app.command()
@command
async def show(service: OneService, id_: Id) -> None:
    """Show a dead letter: the queue it came from, the reason, and its content."""
    async with _letters(service) as (_, letters):
        for letter in letters:
            if letter.id == id_:
                typer.echo(f"queue:  {letter.queue}\nreason: {letter.reason}\n\n{_pretty(letter.message.body)}")
                return
    _fail_for_want_of(service, id_)


@app.command()
@command
async def replay(
    service: OneService,
    id_: Annotated[str | None, typer.Argument(metavar="[ID]", help="One of them; without it all.")] = None,
) -> None:
    """Put dead letters back into the queue they came from, with all tries available again.

    Fix the cause first: a message that fails again comes back here. One that was handled meanwhile is skipped.
    """
    count = 0
    async with _letters(service) as (channel, letters):
        wanted = [letter for letter in letters if id_ in (None, letter.id)]
        if wanted:
            await tell("dead replay", "--service", service, id_)
            for letter in wanted:
                exchange = await channel.get_exchange(back_exchange(service), ensure=False)
                await exchange.publish(_again(letter), f"again.{letter.queue}", timeout=10)
                await letter.message.ack()  # only once the queue has it
                count += 1
    typer.echo(f"{count} messages of {service} are back in their queues.")


@app.command()
@command
async def discard(
    service: OneService,
    id_: Id,
    reason: Annotated[str, typer.Option(prompt="Why", help="Kept with your name, for whoever asks later.")],
) -> None:
    """Delete a dead letter that will never be handled. Its effect in this service stays missing.

    The decision is stored in the service's database with the reason, and `portico verify` no longer reports the event.
    """
    if not reason.strip():
        raise typer.BadParameter("Say why, for whoever asks later.")
    async with _letters(service) as (_, letters):
        for letter in letters:
            if letter.id == id_:
                await tell("dead discard", "--service", service, id_)
                await _discard(service, letter, reason.strip())
                typer.echo(f"{service} will not handle {id_}.")
                return
    _fail_for_want_of(service, id_)


async def _discard(service: str, letter: DeadLetter, reason: str) -> None:
    with suppress(ValueError):  # a message without a valid id is in no inbox, and no check waits for it
        event_id = UUID(letter.id)
        decision = {"by": getpass.getuser(), "because": reason[:2000], "queue": letter.queue, "id": event_id}
        async with worker_transaction(service) as session:
            await inbox.note(session, letter.queue, [event_id])
            await session.execute(_DISCARD, decision)
    log.warning("dead_letter.discarded", service=service, queue=letter.queue, event_id=letter.id, reason=reason,
                by=getpass.getuser(), correlation_id=letter.message.correlation_id)  # fmt: skip
    await letter.message.ack()


def listener_queue(queue: str) -> str:
    """The name of the listener's queue, where the broker's header names one of its partitions."""
    name, _, number = queue.rpartition(".")
    return name if number.isdigit() else queue


def _fail_for_want_of(service: str, id_: str) -> NoReturn:
    typer.echo(f"{service} has no dead letter {id_}.", err=True)
    raise typer.Exit(1)


def _again(letter: DeadLetter) -> Message:
    """A copy without the headers that count its tries, so that it gets all of them again."""
    headers = {name: value for name, value in letter.message.headers.items() if name in KEPT_HEADERS}
    return Message(
        letter.message.body, headers=headers, message_id=letter.message.message_id,
        correlation_id=letter.message.correlation_id, content_type=letter.message.content_type, delivery_mode=2,
    )  # fmt: skip


async def count_letters(service: str) -> int:
    async with _letters(service) as (_, letters):
        return len(letters)


def _pretty(body: bytes) -> str:
    try:
        return orjson.dumps(orjson.loads(body), option=orjson.OPT_INDENT_2).decode()
    except orjson.JSONDecodeError:
        return repr(body)
