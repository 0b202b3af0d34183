"""`portico rotate`: what is stored follows a secret that has a new value."""

import os
from collections.abc import Sequence

import typer

from deploy.cli.telling import tell
from deploy.environment import OperatorError, passwords_of, setting
from deploy.rotating.table import SECRETS, SERVERS, Secret


def list_secrets() -> None:
    for secret in SECRETS.values():
        value = os.environ.get(secret.variable, "")
        count = len(passwords_of(value) if "://" in value else value.split(","))
        shown = "not set here" if not value else f"{count} values" if count > 1 else "1 value"
        typer.echo(f"{secret.name:<32}{shown:<14}{secret.what}")
    typer.echo("\n`portico rotate NAME`; what comes before and after is in docs/operating.md, Rotating secrets.")


async def rotate_secrets(names: Sequence[str]) -> None:
    from deploy.rotating.stores import follow

    secrets = [_secret_named(name) for name in names]
    for secret in secrets:
        setting(secret.variable)
    for secret in secrets:
        await tell("rotate", secret.name)
        typer.echo(f"{secret.name}: {await follow(secret)}")
        typer.echo(f"  The old value may leave {secret.leaves}. Then restart what reads it: {secret.restart}.")


def _secret_named(name: str) -> Secret:
    if name in SERVERS:
        raise OperatorError(f"{name} is of no use after the first `portico migrate`, and never changes.")
    if name not in SECRETS:
        raise OperatorError(f"There is no secret {name}; `portico rotate` lists them.")
    return SECRETS[name]
