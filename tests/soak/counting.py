"""A process of an installation that writes down every second how many tasks its event loop has:
``python -m tests.soak.counting serve billing --port 8001``."""

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

import uvicorn

FOLDER = "PORTICO_TEST_TASKS"
"""The environment variable with the folder of the counts."""


def count_tasks(file: Path) -> None:
    """Count beside whatever the server does."""
    serve = uvicorn.Server.serve

    async def counted(self: uvicorn.Server, *more: Any, **named: Any) -> None:
        counting = asyncio.create_task(_count(file))
        try:
            await serve(self, *more, **named)
        finally:
            counting.cancel()

    uvicorn.Server.serve = counted  # type: ignore[method-assign]


async def _count(file: Path) -> None:
    while True:
        file.write_text(str(len(asyncio.all_tasks())))
        await asyncio.sleep(1)


if __name__ == "__main__":
    count_tasks(Path(os.environ[FOLDER]) / f"{sys.argv[2]}.tasks")
    from deploy.cli.main import app

    app()
