"""`portico doctor`: one table of what works and what does not, and what to do."""

from typing import Annotated

import typer

from deploy.cli.running import command


@command
async def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="For programs: every finding as JSON.")] = False,
) -> None:
    """Look at everything that the installation needs, and say what to do. Changes nothing and sends no mail.

    Settings, PostgreSQL, RabbitMQ, queues and who reads them, outboxes, leases, connections, migrations, keys, mail,
    clocks and disks. What cannot be reached is `unknown`, with the reason. Exits with 1 if anything is bad.
    """
    from deploy.doctor import showing
    from deploy.doctor.registry import examine

    examined = await examine()
    if as_json:
        typer.echo(showing.as_json(examined))
    else:
        showing.show_table(examined)
    if showing.is_bad(examined):
        raise typer.Exit(1)
