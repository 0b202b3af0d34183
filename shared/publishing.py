"""Publishes a batch with one write and counts its confirms: four times what one publish after the other reaches.

It puts one frame with the whole batch on the channel that aio-pika itself publishes on, and waits for the broker's
answer to each message. That uses aiormq's lock, delivery tags and write queue, whose names are no promise: the
version is pinned in pyproject.toml, and tests/shared/test_publishing.py holds confirms, nacks, returns and order.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from aiormq.abc import ChannelFrame
from aiormq.channel import Channel
from pamqp import commands as spec
from pamqp.body import ContentBody
from pamqp.header import ContentHeader


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message. ``mandatory``: a message that no queue takes is an error, never a silent loss."""

    message_id: str
    exchange: str
    routing_key: str
    body: bytes
    mandatory: bool = True
    ttl: timedelta | None = None
    headers: dict[str, object] | None = None


def _frames(channel: Channel, message: Outgoing) -> list[spec.Basic.Publish | ContentHeader | ContentBody]:
    properties = spec.Basic.Properties(
        content_type="application/json",
        delivery_mode=2,
        message_id=message.message_id,
        expiration=None if message.ttl is None else str(max(1, int(message.ttl.total_seconds() * 1000))),
        headers=message.headers,  # type: ignore[arg-type]
    )
    publish = spec.Basic.Publish(
        exchange=message.exchange, routing_key=message.routing_key, mandatory=message.mandatory
    )
    header = ContentHeader(properties=properties, body_size=len(message.body))
    return [publish, header, *channel._split_body(message.body)]


async def publish_batch(
    channel: Channel, messages: Sequence[Outgoing], timeout: float = 10
) -> list[BaseException | None]:
    """Publish in order, persistent and confirmed. For each message: None once the broker has it safe, else why not
    (a nack, or returned because no queue is bound).

    Raises TimeoutError when the broker is silent: what was not confirmed must be published again.
    """
    async with asyncio.timeout(timeout):
        confirmations: list[asyncio.Future[object]] = []
        async with channel.lock:
            frames: list[spec.Basic.Publish | ContentHeader | ContentBody] = []
            for message in messages:
                confirmations.append(_expect(channel, message.message_id))
                frames += _frames(channel, message)
            await channel.write_queue.put(ChannelFrame.marshall(channel.number, frames))
        try:
            answers = await asyncio.gather(*confirmations, return_exceptions=True)
        finally:
            for message in messages:
                channel.message_id_delivery_tag.pop(message.message_id, None)
    return [answer if isinstance(answer, BaseException) else None for answer in answers]


def _expect(channel: Channel, message_id: str) -> "asyncio.Future[object]":
    channel.delivery_tag += 1
    confirmation: asyncio.Future[object] = channel.create_future()
    channel.confirmations[channel.delivery_tag] = confirmation
    channel.message_id_delivery_tag[message_id] = channel.delivery_tag
    return confirmation
