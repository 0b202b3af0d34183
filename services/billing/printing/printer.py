"""The printing process as its worker sees it: started when it is needed, started again when it has ended."""

import asyncio
import base64
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import orjson
import structlog

from services.billing.printing.pages import TEMPLATE
from services.billing.printing.process import SIZE

log = structlog.get_logger()

ROOT = Path(__file__).parents[3]
SECONDS = 30.0
"""How long one document may take."""
LARGEST_ANSWER = 1_000_000


@dataclass(frozen=True, slots=True)
class Printed:
    """A document, and the characters that no font has."""

    content: bytes
    missing: tuple[str, ...]
    peak_mib: int
    """The most memory that the printing process has had."""


@dataclass(frozen=True, slots=True)
class NotPrinted:
    """``reason`` is ``died`` (also of too little memory), ``too_slow`` or ``refused`` by the compiler."""

    reason: str
    detail: str = ""


@dataclass
class Printer:
    """One printing process, which prints one document at a time."""

    more_fonts: Path | None = None
    memory_mib: int = 400
    seconds: float = SECONDS
    template: Path = TEMPLATE
    process: Process | None = None
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def print(self, document: dict[str, Any], stamp: int, logo: bytes | None = None) -> Printed | NotPrinted:
        """``stamp`` is the moment that the PDF names as its making, in seconds. ``logo`` is a PNG."""
        job = {"document": document, "stamp": stamp, "logo": base64.b64encode(logo).decode() if logo else None}
        async with self._turn:
            try:
                async with asyncio.timeout(self.seconds):
                    return await self._print(await self._running(), orjson.dumps(job))
            except TimeoutError:
                await self.stop()
                return NotPrinted("too_slow", f"It took more than {self.seconds:.0f} s.")
            except (asyncio.IncompleteReadError, ConnectionError, ValueError) as error:
                await self.stop()
                return NotPrinted("died", type(error).__name__)
            except BaseException:
                await self.stop()  # a half-read answer must not become the next one's
                raise

    async def stop(self) -> None:
        if (process := self.process) is not None:
            self.process = None
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def _running(self) -> Process:
        if self.process is None or self.process.returncode is not None:
            fonts = str(self.more_fonts) if self.more_fonts else None
            settings = {"fonts": fonts, "memory_mib": self.memory_mib, "template": str(self.template)}
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "services.billing.printing.process", orjson.dumps(settings).decode(),
                stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=_environment(), cwd=ROOT,
            )  # fmt: skip
            log.info("printer.started", pid=self.process.pid)
        return self.process

    async def _print(self, process: Process, job: bytes) -> Printed | NotPrinted:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(SIZE.pack(len(job)) + job)
        await process.stdin.drain()
        [size] = SIZE.unpack(await process.stdout.readexactly(SIZE.size))
        if size > LARGEST_ANSWER:
            raise ValueError("no answer")
        answer = orjson.loads(await process.stdout.readexactly(size))
        content = await process.stdout.readexactly(answer["bytes"])
        if answer["last"]:
            self.process = None
            await process.wait()
        if answer["error"]:
            return NotPrinted("refused", answer["error"])
        return Printed(content, tuple(answer["missing"]), answer["peak_mib"])


def _environment() -> dict[str, str]:
    """Nothing of the worker's, whose variables have secrets. One arena and one thread need less memory."""
    bounds = {"RAYON_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1", "RUST_BACKTRACE": "0"}
    return {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"} | bounds


_printers: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[tuple[Path | None, int], Printer]] = WeakKeyDictionary()


def printer_with(more_fonts: Path | None, memory_mib: int) -> Printer:
    """The printer of this process with these settings."""
    mine = _printers.setdefault(asyncio.get_running_loop(), {})
    return mine.setdefault((more_fonts, memory_mib), Printer(more_fonts, memory_mib))
