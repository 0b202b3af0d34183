"""All checks, and how they are run: side by side, each bounded in time, and none stops another."""

import asyncio
from collections.abc import Sequence
from itertools import groupby

from deploy.doctor import broker, clocks, connections, databases, files, keys, mail, processes, queues, settings, work
from deploy.doctor.finding import Check, Examined, Finding, unknown, why

CHECKS = (
    *settings.CHECKS, *databases.CHECKS, *connections.CHECKS, *broker.CHECKS, *queues.CHECKS, *processes.CHECKS,
    *work.CHECKS, *mail.CHECKS, *keys.CHECKS, *clocks.CHECKS, *files.CHECKS,
)  # fmt: skip
SECONDS = 10.0
"""For one check."""


async def examine(checks: Sequence[Check] = CHECKS, seconds: float = SECONDS) -> Examined:
    """The findings of all checks with their names, in the order of the checks. Those of one module run one after the
    other: a server is not flooded with connections by whoever asks whether it has any left."""
    groups = [list(group) for _, group in groupby(checks, lambda check: check.run.__module__)]
    found = await asyncio.gather(*(_run_all(group, seconds) for group in groups))
    return [each for findings in found for each in findings]


async def _run_all(checks: Sequence[Check], seconds: float) -> Examined:
    return [(check.name, finding) for check in checks for finding in await _run(check, seconds)]


async def _run(check: Check, seconds: float) -> Sequence[Finding]:
    """A task of its own: a library that swallows a cancellation delays nobody."""
    task = asyncio.ensure_future(check.run())
    await asyncio.wait([task], timeout=seconds)
    if not task.done():
        task.cancel()
        return [unknown(check.name, f"no answer within {seconds:g} s", "Look whether the server or the network hangs.")]
    if task.cancelled():
        return [unknown(check.name, "the connection was lost meanwhile", "Run it again.")]
    if error := task.exception():
        return [unknown(check.name, f"could not be looked at: {why(error)}")]
    return task.result()
