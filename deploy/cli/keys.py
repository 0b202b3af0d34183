"""The keys that identity signs access tokens with."""

from datetime import UTC, datetime

import typer

from deploy.cli.running import command
from deploy.environment import setting

app = typer.Typer(no_args_is_help=True)


@app.callback()
def signing_keys() -> None:
    """Signing keys of access tokens. Services fetch the public keys by themselves."""


@app.command()
@command
async def rotate() -> None:
    """Sign with the next key, which every service knows already. It needs no restart and signs nobody out.

    Do it once a quarter, and twice after a key may have leaked: the second time retires the key that was next.
    """
    from pydantic import SecretStr

    from deploy.cli.sessions import worker_transaction
    from deploy.cli.telling import tell_in
    from services.identity.keys.service import rotate_keys

    secret = SecretStr(setting("IDENTITY_KEY_SECRET"))
    async with worker_transaction("identity") as session:
        await tell_in(session, "keys rotate")
        await rotate_keys(session, secret, datetime.now(UTC))
    typer.echo("The next key signs from now on. The old one is still accepted for as long as its tokens live.")
