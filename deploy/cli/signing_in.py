"""A sign-in link in the terminal of whoever runs the installation."""

import getpass
from datetime import UTC, datetime

import structlog
import typer

from deploy.cli.sessions import worker_transaction
from deploy.cli.telling import tell_in
from deploy.environment import OperatorError
from services.identity.sign_in_challenges.printing import print_proof
from shared.settings import PorticoSettings

log = structlog.get_logger()


async def show_sign_in_link(address: str) -> None:
    """Print link and code once; they are kept nowhere else, and only their digests are. The log says who did it."""
    public_url, now = PorticoSettings(_env_prefix="IDENTITY_").public_url, datetime.now(UTC)
    async with worker_transaction("identity") as session:
        proof = await print_proof(session, public_url, address, now)
        if proof is not None:
            await tell_in(session, "sign-in-link", proof.user_id)
    if proof is None:
        raise OperatorError(f"{address} is no admin of the provider: only they sign in by this command.")
    log.warning("sign_in.link_printed", user_id=str(proof.user_id), by=getpass.getuser())
    minutes = (proof.expires_at - now).total_seconds() / 60
    typer.echo(
        f"Sign in as {address}, once, within {minutes:.0f} minutes. The page asks for the code.\n"
        f"  Link: {proof.link}\n  Code: {proof.code}"
    )
