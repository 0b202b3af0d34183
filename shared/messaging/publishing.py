"""Publishes a batch with one write and counts its confirms: twice the throughput of aio-pika's own API.

It writes the whole batch to aio-pika's channel at once, and waits for the broker's answer to each message. That uses
aiormq's lock, delivery tags and write queue, which are undocumented: the version is pinned in pyproject.toml, and
tests/shared/test_publishing.py tests confirms, nacks, returns and order. If one of these names is missing, messages are
published by aio-pika's own API.
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
"""The undocumented attributes of aiormq's channel that we use."""


def missing_names(channel: Channel) -> list[str]:
    """The undocumented names that this release of aiormq lacks. Checked when a relay connects."""
    missing = [name for name in NEEDED if not hasattr(channel, name)]
    missing += [] if hasattr(abc, "ChannelFrame") else ["ChannelFrame"]
    if missing:
        log.warning("relay.publishes_slowly", reason="aiormq has changed", missing=missing)
    return missing


async def publish_batch(
    channel: Channel, messages: Sequence[Outgoing], timeout: float = 10, *, by_frames: bool = True
) -> list[BaseException | None]:
    """Publish in order, persistent and confirmed. Returns per message None if it is confirmed, else the error: a nack,
    or a return because no queue is bound. Without ``by_frames``, the library's own API is used, at half the rate.

    Raises TimeoutError when the broker does not answer: unconfirmed messages must be published again.
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
        correlation_id=message.correlation_id, headers=dict(message.headers or {}))  # fmt: skip
    try:
        await channel.basic_publish(
            message.body, exchange=message.exchange, routing_key=message.routing_key, mandatory=message.mandatory,
            properties=properties)  # fmt: skip
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
    """The broker's answers to the messages of a batch, with one future: one future per message cost as much as the
    encoding."""

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
    """The channel closed before the broker answered."""


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Replaces the future that aiormq stores per message, with the methods that aiormq uses."""

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
