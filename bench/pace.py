"""How fast this machine is: the processor time that one API list takes. Limits in units of time hold where that is
`REFERENCE`, and grow and shrink with it."""

from contextlib import ExitStack
from dataclasses import replace
from statistics import median

import httpx

from bench.figures import BenchResult
from bench.http_load import Task, load_on
from bench.installation import BenchInstallation
from bench.portal_read import FEW, LIST, admin_with_invoices

REFERENCE = 570
"""Microseconds of processor time per list of 20 invoices."""
ROUNDS = 3


async def microseconds_per_list(installed: BenchInstallation) -> float:
    person = await admin_with_invoices(installed, "PACE", FEW)
    with ExitStack() as stack:
        stack.enter_context(installed.running("identity"))
        child, port = stack.enter_context(installed.serving("billing-api", "deploy.cli", "serve", "billing", "--api"))
        async with httpx.AsyncClient(base_url=installed.stack.url("identity")) as identity:
            task = Task(port, LIST, installed.sizes.request_seconds, await person.token(identity))
        await load_on(child.process.pid, task)  # the first answers fetch the key and the grants
        return median([(await load_on(child.process.pid, task))[1] for _ in range(ROUNDS)])


def scaled(result: BenchResult, microseconds: float) -> BenchResult:
    """The result with its limits of time as they are on this machine."""
    pace = microseconds / REFERENCE
    figures = [replace(figure, at_most=figure.at_most * pace) if figure.scales and figure.at_most else figure
               for figure in result.figures]  # fmt: skip
    return replace(result, figures=figures)
