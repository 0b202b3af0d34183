"""`portico audit`: verifies the audit log."""

import typer

from deploy.cli.running import command

app = typer.Typer(no_args_is_help=True)


@app.callback()
def audit_log() -> None:
    """The audit log: verify that nothing in it was changed."""


@app.command()
@command
async def verify() -> None:
    """Recompute every workspace's hash chain and check every signed checkpoint. Exits with 1 if one does not hold."""
    from deploy.cli.sessions import worker_transaction
    from services.audit.settings import Settings
    from services.audit.verify import inspect

    async with worker_transaction("audit") as session:
        report = await inspect(session, Settings())
    for problem in report.problems:
        typer.secho(problem, fg=typer.colors.RED)
    seen = f"{report.entries} entries in {report.chains} chains, {report.checkpoints} checkpoints"
    if report.problems:
        typer.echo(f"Looked at {seen}.")
        raise typer.Exit(1)
    typer.echo(f"The audit log holds: {seen}.")
