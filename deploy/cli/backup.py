"""`portico backup` and `portico restore`."""

import os
from pathlib import Path
from typing import Annotated

import typer

from deploy.cli.running import broker_admin, command
from deploy.environment import setting

app = typer.Typer(invoke_without_command=True)
ERASED = "erased.txt"

Erased = Annotated[
    Path | None, typer.Option("--erased", help="Who was erased since: what `portico erased` has printed.")
]


@app.callback()
def backup(
    context: typer.Context,
    to: Annotated[str | None, typer.Option(help="A folder, or s3://bucket/prefix.")] = None,
    recipient: Annotated[list[str] | None, typer.Option(help="A public key that it is encrypted to.")] = None,
    keep: Annotated[int | None, typer.Option(min=1, help="Delete all but so many, the newest, afterwards.")] = None,
    erased: Annotated[bool, typer.Option("--erased", help=f"Write who was erased so far beside it: {ERASED}.")] = False,
) -> None:
    """Back up all services as they are at one moment, as one encrypted file, while everything runs.

    It has the five databases, invoices and other documents, and downloads unless these are in a bucket; neither secrets
    nor the content of RabbitMQ. The machine that makes backups cannot read them: the secret key is needed to restore.
    """
    if context.invoked_subcommand is None:
        if to is None:
            raise typer.BadParameter("Say where to: --to.")
        _make(to, recipient or _recipients(), keep, erased)


def _recipients() -> list[str]:
    return [key for key in os.environ.get("PORTICO_BACKUP_RECIPIENTS", "").split(",") if key.strip()]


@command
async def _make(to: str, recipients: list[str], keep: int | None, erased: bool) -> None:
    from deploy.backup.making import make_backup
    from deploy.backup.stores import Backups

    backups = Backups(to)
    name = await make_backup(setting("PORTICO_ADMIN_DATABASE_URL"), backups, recipients)
    typer.echo(f"{name} is there.")
    if erased:
        backups.put_beside(ERASED, await _who_was_erased())
        typer.echo(f"{ERASED} is written.")
    for old in backups.prune(keep) if keep else []:
        typer.echo(f"{old} is deleted.")


@app.command(name="list")
@command
async def list_(from_: Annotated[str, typer.Option("--from", help="A folder, or s3://bucket/prefix.")]) -> None:
    """List the backups of a folder or bucket, the newest first, with their sizes."""
    from deploy.backup.stores import Backups

    for each in Backups(from_).newest_first():
        typer.echo(f"{each.name}  {each.bytes / 1024**2:>10.1f} MiB  of {each.at:%Y-%m-%d %H:%M:%S} UTC")


@app.command()
@command
async def keygen(file: Annotated[Path, typer.Argument(help="Where the secret key is written.")]) -> None:
    """Make a key: the secret one in a file, which only a restore needs, and the public one, which is printed.

    Keep the file away from the machine that makes backups, twice: without it no backup can be read.
    """
    from deploy.backup.sealing import make_identity

    typer.echo(make_identity(file))


@command
async def restore(
    from_: Annotated[str, typer.Option("--from", help="A folder, or s3://bucket/prefix.")],
    identity: Annotated[Path, typer.Option(help="The file with the secret key.")],
    name: Annotated[str | None, typer.Option(help="Which backup. By default the newest.")] = None,
    erased: Erased = None,
    work: Annotated[Path | None, typer.Option(help="A folder with room for the dumps and files, unencrypted.")] = None,
    unsigned: Annotated[bool, typer.Option("--unsigned", help="Also if nobody can tell who made it.")] = False,
) -> None:
    """Restore a backup into an empty server: databases, roles, files, and RabbitMQ's users and queues.

    Nothing is there until all of it is: a restore that breaks off can be run again. Everybody has to sign in anew.
    Start the processes afterwards, then run `portico verify`.
    """
    from deploy.backup.restoring import Restore
    from deploy.backup.stores import Backups

    wanted = Restore(
        setting("PORTICO_ADMIN_DATABASE_URL"), broker_admin(), Backups(from_), identity, erased, typer.echo
    )
    await wanted.run(name, work, unsigned=unsigned)


@command
async def after_restore(
    erased: Erased = None,
) -> None:
    """Do what `portico restore` ends with, after PostgreSQL's own recovery to one moment, before any process starts.

    Erased people are erased again, all sessions end, events that a service has not handled are published again, and
    RabbitMQ, which must be empty, gets its users and queues. Then `portico verify`.
    """
    from deploy.backup.finishing import finish
    from deploy.backup.restoring import refuse_messages
    from deploy.migrating.broker import migrate_broker

    await refuse_messages(broker_admin())
    text = erased.read_text() if erased else None
    for line in await finish(setting("PORTICO_ADMIN_DATABASE_URL"), "", text, "after-restore"):
        typer.echo(line)
    for line in await migrate_broker(broker_admin()):
        typer.echo(line)


@command
async def erased() -> None:
    """Print who was erased, by ids that say nothing, one a line with the time: for a later restore.

    `portico backup --erased` writes it beside each backup. Run it more often than backups are made, and keep its newest
    output where a restore finds it.
    """
    typer.echo(await _who_was_erased(), nl=False)


async def _who_was_erased() -> str:
    from deploy.cli.running import database_of

    async with database_of("identity") as database:
        rows = await database.fetch("SELECT user_id, ended_at FROM erasures WHERE state = 'done' ORDER BY ended_at")
    return "".join(f"{user_id} {ended_at.isoformat(timespec='seconds')}\n" for user_id, ended_at in rows)
