"""Business time of a demo: dates of invoices, ages of rows. Sessions, tokens and retries use real time."""

import re
from datetime import timedelta
from typing import Annotated

import typer

from deploy.business_time import set_offset
from deploy.cli.running import command
from deploy.environment import demo_clock_file
from shared.clock import Clock

app = typer.Typer(no_args_is_help=True, help="Business time, in a demo only: show it, move it ahead, bring it back.")

UNITS = {"d": "days", "h": "hours", "m": "minutes"}


def _duration(text: str) -> timedelta:
    found = re.fullmatch(r"(\d+)([dhm])", text)
    if found is None:
        raise typer.BadParameter(f"{text} is no duration: write 15d, 36h or 90m.")
    return timedelta(**{UNITS[found[2]]: int(found[1])})


def _say(clock: Clock) -> None:
    typer.echo(f"Business time is {clock.now():%Y-%m-%d %H:%M} UTC, {clock.offset().days} days ahead of real time.")


@app.command()
@command
async def show() -> None:
    """Show the services' business time."""
    _say(Clock(demo_clock_file()))


@app.command()
@command
async def advance(by: Annotated[str, typer.Argument(help="How far: 15d, 36h or 90m.")]) -> None:
    """Move business time ahead for every service at once. It signs nobody out."""
    clock = Clock(demo_clock_file())
    set_offset(demo_clock_file(), clock.offset() + _duration(by))
    _say(Clock(demo_clock_file()))


@app.command()
@command
async def reset() -> None:
    """Go back to real time. What was dated in the future keeps its date."""
    set_offset(demo_clock_file(), timedelta(0))
    _say(Clock(demo_clock_file()))
