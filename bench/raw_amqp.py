"""The upper bound of publishing: frames that were encoded beforehand, on a bare socket, with publisher confirms."""

import socket
import time
from urllib.parse import unquote, urlsplit

from pamqp import commands as spec
from pamqp import frame
from pamqp.base import Frame
from pamqp.body import ContentBody
from pamqp.header import ContentHeader

CHANNEL = 1
AT_ONCE = 500
ON_THEIR_WAY = 2_000
_HEADER, _END = 7, 1
_ACK = b"\x00\x3c\x00\x50"


class NotConfirmed(Exception):
    """The broker sent something other than confirms."""


class RawPublisher:
    """A connection with one channel in confirm mode. It blocks: run it in a thread."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._socket = socket.create_connection((parts.hostname or "localhost", parts.port or 5672), timeout=10)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._received = bytearray()
        self._confirmed = 0
        self._sent = 0
        self._socket.sendall(b"AMQP\x00\x00\x09\x01")
        self._expect()
        self._say(
            spec.Connection.StartOk({}, "PLAIN", f"\0{unquote(parts.username or '')}\0{unquote(parts.password or '')}")
        )
        self._expect()
        self._say(spec.Connection.TuneOk(channel_max=16, frame_max=131_072, heartbeat=0))
        self._say(spec.Connection.Open(virtual_host=unquote(parts.path.removeprefix("/"))))
        self._expect()
        for request in (spec.Channel.Open(), spec.Confirm.Select()):
            self._say(request, CHANNEL)
            self._expect()

    def publish(self, messages: list[bytes]) -> float:
        """Seconds until the last of these encoded messages is confirmed; at most ON_THEIR_WAY are unconfirmed."""
        began = time.perf_counter()
        for start in range(0, len(messages), AT_ONCE):
            part = messages[start : start + AT_ONCE]
            self._socket.sendall(b"".join(part))
            self._sent += len(part)
            while self._sent - self._confirmed > ON_THEIR_WAY - AT_ONCE:
                self._take_confirms()
        while self._confirmed < self._sent:
            self._take_confirms()
        return time.perf_counter() - began

    def close(self) -> None:
        self._socket.close()

    def _say(self, request: Frame, channel: int = 0) -> None:
        self._socket.sendall(frame.marshal(request, channel))

    def _expect(self) -> None:
        """Read one frame of the broker, of whatever kind: on a refusal the broker closes the connection."""
        while len(self._received) < _HEADER or len(self._received) < self._size():
            self._read()
        del self._received[: self._size()]

    def _size(self) -> int:
        return _HEADER + int.from_bytes(self._received[3:_HEADER]) + _END

    def _read(self) -> None:
        data = self._socket.recv(1 << 16)
        if not data:
            raise NotConfirmed("the broker closed the connection")
        self._received += data

    def _take_confirms(self) -> None:
        self._read()
        while len(self._received) >= _HEADER and len(self._received) >= self._size():
            if self._received[_HEADER : _HEADER + 4] != _ACK:
                raise NotConfirmed(bytes(self._received[:200]))
            self._confirmed = max(self._confirmed, int.from_bytes(self._received[_HEADER + 4 : _HEADER + 12]))
            del self._received[: self._size()]


def encoded(exchange: str, routing_key: str, message_id: str, body: bytes) -> bytes:
    """A persistent message as the relay sends it, ready for the socket."""
    properties = spec.Basic.Properties(content_type="application/json", delivery_mode=2, message_id=message_id)
    parts = (
        spec.Basic.Publish(exchange=exchange, routing_key=routing_key, mandatory=True),
        ContentHeader(properties=properties, body_size=len(body)),
        ContentBody(body),
    )
    return b"".join(frame.marshal(part, CHANNEL) for part in parts)
