"""A load generator: some connections, each of which sends the next request as soon as the last one is answered.

It runs as its own process (``python -m bench.http_load``), so that it does not share an event loop with what it
measures. It reads its `Task` from stdin and prints a `Tally`.
"""

import asyncio
import json
import re
import sys
import time
from dataclasses import asdict, dataclass, field
from typing import Self, cast

import uvloop

from bench.figures import percentile
from bench.machine import cpu_seconds

LENGTH = re.compile(rb"\r\ncontent-length: (\d+)\r\n", re.IGNORECASE)


class UnexpectedStatus(Exception):
    """A response was not 200, which makes the measurement worthless."""


@dataclass(frozen=True)
class Task:
    port: int
    path: str
    seconds: float
    token: str = ""
    connections: int = 8
    host: str = "127.0.0.1"
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""
    """JSON, which is posted."""

    @property
    def request(self) -> bytes:
        headers = {"Host": self.host, **self.headers}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if self.body:
            headers |= {"Content-Type": "application/json", "Content-Length": str(len(self.body.encode()))}
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return f"{'POST' if self.body else 'GET'} {self.path} HTTP/1.1\r\n{lines}\r\n{self.body}".encode()


@dataclass(frozen=True)
class Tally:
    """The number of responses, the rate per second, and latencies in milliseconds."""

    answers: int
    rate: float
    p50: float
    p99: float


class Client(asyncio.Protocol):
    """One keep-alive connection with one request at a time."""

    def __init__(self, task: Task, took: list[float]) -> None:
        self._request, self._took = task.request, took
        self._deadline = time.perf_counter() + task.seconds
        self._answer = bytearray()
        self._asked_at = 0.0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's own class is no subclass
        self._ask()

    def data_received(self, data: bytes) -> None:
        self._answer += data
        head = self._answer.find(b"\r\n\r\n")
        length = LENGTH.search(self._answer, 0, head + 2) if head > 0 else None
        if length is None or len(self._answer) < head + 4 + int(length[1]):
            return
        if not self._answer.startswith(b"HTTP/1.1 200 "):
            return self._end(UnexpectedStatus(self._answer[:500].decode(errors="replace")))
        now = time.perf_counter()
        self._took.append((now - self._asked_at) * 1000)
        if now >= self._deadline:
            return self._end(None)
        self._ask()

    def connection_lost(self, exc: Exception | None) -> None:
        self._end(exc or UnexpectedStatus("the connection was closed"))

    def _ask(self) -> None:
        self._answer.clear()
        self._asked_at = time.perf_counter()
        self._transport.write(self._request)

    def _end(self, error: Exception | None) -> None:
        if self.done.done():
            return
        if error:
            self.done.set_exception(error)
        else:
            self.done.set_result(None)
        self._transport.close()


class SequentialClient:
    """One keep-alive connection for one request after the other; only the response's status is read."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def __aenter__(self) -> Self:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        return self

    async def __aexit__(self, *error: object) -> None:
        self._writer.close()

    async def status(self, path: str, token: str) -> int:
        self._writer.write(Task(self._port, path, 0, token).request)
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = LENGTH.search(head)
        assert length is not None
        await self._reader.readexactly(int(length[1]))
        return int(head[len("HTTP/1.1 ") :][:3])


async def ask(task: Task) -> Tally:
    """Keep all connections busy until the time is over, and wait for the last responses."""
    loop, took = asyncio.get_running_loop(), list[float]()
    began = time.perf_counter()
    async with asyncio.timeout(task.seconds + 30):
        opened = [
            loop.create_connection(lambda: Client(task, took), "127.0.0.1", task.port) for _ in range(task.connections)
        ]
        clients = [protocol for _, protocol in await asyncio.gather(*opened)]
        await asyncio.gather(*(client.done for client in clients))
    rate = len(took) / (time.perf_counter() - began)
    return Tally(len(took), rate, percentile(took, 50), percentile(took, 99))


async def load(task: Task) -> Tally:
    """`ask` in another process."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.http_load", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    output, _ = await process.communicate(json.dumps(asdict(task)).encode())
    if process.returncode:
        raise UnexpectedStatus(f"{task.path} could not be measured; the error is above")
    return Tally(**json.loads(output))


async def load_on(server: int, task: Task) -> tuple[Tally, float]:
    """`load`, and the microseconds of processor time per answer of the process ``server``."""
    before = cpu_seconds(server)
    tally = await load(task)
    return tally, (cpu_seconds(server) - before) / tally.answers * 1e6


if __name__ == "__main__":
    print(json.dumps(asdict(uvloop.run(ask(Task(**json.loads(sys.stdin.read())))))))
