"""Messages that no try could handle: each service puts them aside, with the reason, for a person to decide."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated, Any

import orjson
import typer
from aio_pika import Message
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage
from aio_pika.exceptions import ChannelNotFoundEntity

from deploy.cli.running import AnyService, OneService, command
from deploy.environment import SERVICES, setting
from shared import broker

app = typer.Typer(no_args_is_help=True, help="Dead letters: list them, read one, give them back to their queue.")


@dataclass(frozen=True)
class DeadLetter:
    """A message in a service's dead-letter queue. It stays there until it is replayed."""

    message: AbstractIncomingMessage

    @property
    def id(self) -> str:
        return self.message.message_id or "(no id)"

    @property
    def queue(self) -> str:
        """Where it came from: noted by us, or by the broker when it gave up delivering."""
        return str(self.message.headers.get("x-portico-queue") or self._by_the_broker.get("queue", "?"))

    @property
    def reason(self) -> str:
        return str(self.message.headers.get("x-portico-reason") or self._by_the_broker.get("reason", "unknown"))

    @property
    def _by_the_broker(self) -> dict[str, Any]:
        deaths: Any = self.message.headers.get("x-death") or [{}]
        return dict(deaths[0])


@asynccontextmanager
async def _letters(service: str) -> AsyncIterator[tuple[AbstractChannel, list[DeadLetter]]]:
    """All dead letters of a service, held unacknowledged: those that are not acknowledged here stay where they are."""
    async with broker.connect(setting("PORTICO_RABBITMQ_URL"), "dead letters") as connection:
        channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
        try:
            queue = await channel.declare_queue(broker.dead_queue(service), passive=True)
        except ChannelNotFoundEntity:  # it has never run
            yield channel, []
            return
        letters = []
        while message := await queue.get(fail=False, timeout=10):
            letters.append(DeadLetter(message))
        yield channel, letters


@app.command(name="list")
@command
async def list_letters(service: AnyService = None) -> None:
    """One line each: service, id, the queue it came from, and why it could not be handled."""
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
async def show(service: OneService, id_: Annotated[str, typer.Argument(metavar="ID")]) -> None:
    """The whole message: where it came from, why it is here, what is in it."""
    async with _letters(service) as (_, letters):
        for letter in letters:
            if letter.id == id_:
                typer.echo(f"queue:  {letter.queue}\nreason: {letter.reason}\n\n{_pretty(letter.message.body)}")
                return
    typer.echo(f"{service} has no dead letter {id_}.", err=True)
    raise typer.Exit(1)


@app.command()
@command
async def replay(
    service: OneService,
    id_: Annotated[str | None, typer.Argument(metavar="[ID]", help="One of them; without it all.")] = None,
) -> None:
    """Give dead letters back to the queue they came from, with all their tries before them.

    Mend the cause first: what fails again comes back here. What was handled meanwhile is skipped.
    """
    count = 0
    async with _letters(service) as (channel, letters):
        for letter in letters:
            if id_ in (None, letter.id):
                again = Message(
                    letter.message.body,
                    message_id=letter.message.message_id,
                    content_type=letter.message.content_type,
                    delivery_mode=2,
                )
                await channel.default_exchange.publish(again, routing_key=letter.queue, timeout=10)
                await letter.message.ack()  # only once the queue has it
                count += 1
    typer.echo(f"{count} messages of {service} are back in their queues.")


async def count_letters(service: str) -> int:
    async with _letters(service) as (_, letters):
        return len(letters)


def _pretty(body: bytes) -> str:
    try:
        return orjson.dumps(orjson.loads(body), option=orjson.OPT_INDENT_2).decode()
    except orjson.JSONDecodeError:
        return repr(body)
