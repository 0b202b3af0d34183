"""Publishes a batch with one write and counts its confirms: twice what aio-pika's own way reaches.

It puts one frame with the whole batch on the channel that aio-pika itself publishes on, and waits for the broker's
answer to each message. That uses aiormq's lock, delivery tags and write queue, whose names are no promise: the
version is pinned in pyproject.toml, and tests/shared/test_publishing.py holds confirms, nacks, returns and order. Where
one of these names is gone, everything is published by aio-pika's own way.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from aiormq import abc, spec
from aiormq.channel import Channel

from shared.messaging.frames import Outgoing, frames_of

__all__ = ["Outgoing", "missing_names", "publish_batch"]

log = structlog.get_logger()

NEEDED = ("lock", "write_queue", "message_id_delivery_tag", "delivery_tag", "confirmations", "max_content_size",
          "number", "create_future")  # fmt: skip
"""What we use of a channel of aiormq without its promise."""


def missing_names(channel: Channel) -> list[str]:
    """Those of aiormq's undocumented names that this release does not have; checked when a relay connects."""
    missing = [name for name in NEEDED if not hasattr(channel, name)]
    missing += [] if hasattr(abc, "ChannelFrame") else ["ChannelFrame"]
    if missing:
        log.warning("relay.publishes_slowly", reason="aiormq has changed", missing=missing)
    return missing


async def publish_batch(
    channel: Channel, messages: Sequence[Outgoing], timeout: float = 10, *, by_frames: bool = True
) -> list[BaseException | None]:
    """Publish in order, persistent and confirmed. For each message: None once the broker has it safe, else why not
    (a nack, or returned because no queue is bound). Not ``by_frames``: by the library's own way, at half the rate.

    Raises TimeoutError when the broker is silent: what was not confirmed must be published again.
    """
    if not messages:
        return []
    async with asyncio.timeout(timeout):
        if not by_frames:
            return await asyncio.gather(*(_publish_one(channel, message) for message in messages))
        async with channel.lock:
            answers = Answers(channel, len(messages))
            await channel.write_queue.put(abc.ChannelFrame(_encode(channel, messages, answers), should_close=False))
        try:
            return await answers.all()
        finally:
            for message in messages:
                channel.message_id_delivery_tag.pop(message.message_id, None)


async def _publish_one(channel: Channel, message: Outgoing) -> BaseException | None:
    ttl = None if message.ttl is None else str(max(1, int(message.ttl.total_seconds() * 1000)))
    properties = spec.Basic.Properties(
        content_type="application/json", delivery_mode=2, message_id=message.message_id, expiration=ttl,
        correlation_id=message.correlation_id, headers=dict(message.headers or {}),
    )  # fmt: skip
    try:
        await channel.basic_publish(
            message.body, exchange=message.exchange, routing_key=message.routing_key, mandatory=message.mandatory,
            properties=properties,
        )  # fmt: skip
    except Exception as failure:
        return failure
    return None


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
