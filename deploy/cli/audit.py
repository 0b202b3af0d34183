"""The audit log, as an operator sees it."""

import typer

from deploy.cli.running import command

app = typer.Typer(no_args_is_help=True)


@app.callback()
def audit_log() -> None:
    """The audit log: prove that nothing in it was changed."""


@app.command()
@command
async def verify() -> None:
    """Recompute every workspace's hash chain and check every signed checkpoint. Exits with 1 if one does not hold."""
    from deploy.cli.verifying import verify_service

    problems = await verify_service("audit")
    for problem in problems:
        typer.secho(problem, fg=typer.colors.RED)
    if problems:
        raise typer.Exit(1)
    typer.echo("The audit log holds.")
