"""The keys that identity signs access tokens with."""

import typer

from deploy.cli.running import command

app = typer.Typer(no_args_is_help=True, help="Signing keys of access tokens.")


@app.command()
@command
async def rotate() -> None:
    """A new key signs from now on; the old one stays published until the last token that it signed has expired."""
    from deploy.cli.rotating import rotate_signing_key

    typer.echo(await rotate_signing_key())
