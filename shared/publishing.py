"""Publishes a batch with one write and counts its confirms: four times what one publish after the other reaches.

It puts one frame with the whole batch on the channel that aio-pika itself publishes on, and waits for the broker's
answer to each message. That uses aiormq's lock, delivery tags and write queue, whose names are no promise: the
version is pinned in pyproject.toml, and tests/shared/test_publishing.py holds confirms, nacks, returns and order.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from aiormq.abc import ChannelFrame
from aiormq.channel import Channel

from shared.frames import Outgoing, frames_of

__all__ = ["Outgoing", "publish_batch"]


async def publish_batch(
    channel: Channel, messages: Sequence[Outgoing], timeout: float = 10
) -> list[BaseException | None]:
    """Publish in order, persistent and confirmed. For each message: None once the broker has it safe, else why not
    (a nack, or returned because no queue is bound).

    Raises TimeoutError when the broker is silent: what was not confirmed must be published again.
    """
    if not messages:
        return []
    async with asyncio.timeout(timeout):
        async with channel.lock:
            answers = Answers(channel, len(messages))
            await channel.write_queue.put(ChannelFrame(_encode(channel, messages, answers), should_close=False))
        try:
            return await answers.all()
        finally:
            for message in messages:
                channel.message_id_delivery_tag.pop(message.message_id, None)


def _encode(channel: Channel, messages: Sequence[Outgoing], answers: "Answers") -> bytes:
    frames: list[bytes] = []
    for place, message in enumerate(messages):
        channel.delivery_tag += 1
        channel.confirmations[channel.delivery_tag] = Confirmation(answers, place)  # type: ignore[assignment]
        channel.message_id_delivery_tag[message.message_id] = channel.delivery_tag
        frames += frames_of(message, channel.number, channel.max_content_size)
    return b"".join(frames)


class Answers:
    """What the broker says to each message of a batch, behind one future: one for each message took as long as
    encoding them."""

    def __init__(self, channel: Channel, count: int) -> None:
        self._found: list[BaseException | None] = [Unanswered()] * count
        self._missing = count
        self.complete = channel.create_future()  # rejected when the channel closes

    async def all(self) -> list[BaseException | None]:
        try:
            await self.complete
        except Exception as closed:
            return [closed if isinstance(answer, Unanswered) else answer for answer in self._found]
        return self._found

    def note(self, place: int, answer: BaseException | None) -> None:
        self._found[place] = answer
        self._missing -= 1
        if not self._missing and not self.complete.done():
            self.complete.set_result(None)


class Unanswered(Exception):
    """The channel closed before the broker said anything."""


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Stands where aiormq keeps the future of one message, and has as much of one as it uses there."""

    answers: Answers
    place: int

    def done(self) -> bool:
        return self.answers.complete.done()

    def cancelled(self) -> bool:
        return self.answers.complete.cancelled()

    def set_result(self, frame: object) -> None:
        self.answers.note(self.place, None)

    def set_exception(self, failure: BaseException) -> None:
        self.answers.note(self.place, failure)
