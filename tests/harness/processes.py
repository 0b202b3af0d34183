"""Processes of a test's own code, which a test can kill."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from deploy.environment import ROOT


@asynccontextmanager
async def python_process(*arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """Python with these arguments, from the project's folder. It is killed at the end, if it still runs."""
    process = await asyncio.create_subprocess_exec(sys.executable, *arguments, cwd=ROOT)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
