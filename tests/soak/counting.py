"""A process of an installation that writes down every few seconds how many tasks its event loop has, and how much
memory is in use: ``python -m tests.soak.counting serve billing --port 8001``."""

import asyncio
import ctypes
import gc
import json
import os
import sys
from pathlib import Path
from typing import Any

import uvicorn

FOLDER = "PORTICO_TEST_COUNTS"
"""The environment variable with the folder of the counts."""
EVERY_SECONDS = 5


def count_beside(file: Path) -> None:
    """Count beside whatever the server does."""
    serve = uvicorn.Server.serve

    async def counted(self: uvicorn.Server, *more: Any, **named: Any) -> None:
        counting = asyncio.create_task(_count(file))
        try:
            await serve(self, *more, **named)
        finally:
            counting.cancel()

    uvicorn.Server.serve = counted  # type: ignore[method-assign]


class Malloc(ctypes.Structure):
    """`struct mallinfo2` of glibc."""

    _fields_ = [(name, ctypes.c_size_t) for name in ("arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks",
                                                     "fsmblks", "uordblks", "fordblks", "keepcost")]  # fmt: skip


def in_use() -> dict[str, float]:
    """Python's blocks of at most 512 bytes, and what else was asked of the C library. What is taken from the system
    is more: pages with a hole are kept."""
    gc.collect()
    ask = ctypes.CDLL(None).mallinfo2
    ask.restype = Malloc
    found = ask()
    return {"blocks": sys.getallocatedblocks(), "KiB": (found.uordblks + found.hblkhd) / 1024}


async def _count(file: Path) -> None:
    while True:
        counts = {"tasks": len(asyncio.all_tasks())} | in_use()
        beside = file.with_suffix(".new")
        beside.write_text(json.dumps(counts))
        beside.replace(file)
        await asyncio.sleep(EVERY_SECONDS)


if __name__ == "__main__":
    count_beside(Path(os.environ[FOLDER]) / f"{sys.argv[2]}.json")
    from deploy.cli.main import app

    app()
