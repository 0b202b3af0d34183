"""What provisioning's operators ask for."""

import typer

from deploy.cli.running import command
from deploy.cli.sessions import worker_sessions

app = typer.Typer(no_args_is_help=True, help="Services, and what the infrastructure has of them.")


@app.callback()
def provisioning() -> None:
    """Has one command so far, which is named all the same."""


@app.command()
@command
async def reconcile() -> None:
    """Compare the services with what the infrastructure has: orphans, what is missing, doubles, and what is otherwise
    than agreed. Changes nothing. What is being worked on is left out. Exit code 1 if there is any difference."""
    from services.provisioning.reconciling import reconcile as compare

    async with worker_sessions("provisioning") as sessions, sessions() as session:
        found = await compare(session, sessions)
    for each in found:
        typer.echo(f"{each.kind:<9}{each.service_id}  {each.driver}: {each.detail}")
    typer.echo(f"{len(found)} differences." if found else "The infrastructure has what the services say.")
    if found:
        raise typer.Exit(1)
