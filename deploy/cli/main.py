"""`portico`: the command for operators of an installation. Each subcommand has --help."""

import gc
import os
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from deploy.cli import audit, backup, clock, dead, doctor, keys, licences, outbox, provisioning
from deploy.cli.running import broker_admin, command
from deploy.environment import DEMO_FOLDER, SERVICES, OperatorError, portico_version, setting

# What only one command needs is imported inside it, so that a running service loads neither Alembic nor other services.

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(backup.app, name="backup")
app.command()(backup.restore)
app.command()(backup.after_restore)
app.command()(backup.erased)
app.add_typer(outbox.app, name="outbox")
app.add_typer(dead.app, name="dead")
app.add_typer(audit.app, name="audit")
app.add_typer(clock.app, name="clock")
app.add_typer(keys.app, name="keys")
app.add_typer(licences.app, name="licence")
app.add_typer(provisioning.app, name="provisioning")
app.command()(doctor.doctor)


@app.callback()
def read_environment(
    env_file: Annotated[
        Path, typer.Option(help="Lines of NAME=value. What the environment says itself counts more.")
    ] = DEMO_FOLDER / "portico.env",
) -> None:
    """Run and look after a Portico installation.

    A new one: `portico migrate`, `portico init`, then `portico serve` for each service and for the portal. To try it
    on one machine: `portico demo`. What each command reads from the environment is in docs/operating.md.
    """
    # A running demo writes this default file, so that commands in another terminal find its settings.
    if env_file.exists():
        for line in env_file.read_text().splitlines():
            name, _, value = line.partition("=")
            os.environ.setdefault(name, value)


@app.command()
def serve(
    service: Annotated[str, typer.Argument(help=f"One of {', '.join(SERVICES)}, portal.")],
    api: Annotated[bool, typer.Option("--api", help="Only its API: requests, no events and no timed work.")] = False,
    worker: Annotated[bool, typer.Option("--worker", help="Only its events and timed work; serves health.")] = False,
    host: Annotated[str, typer.Option(help="The interface to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen on.")] = 8000,
) -> None:
    """Run one service, or the portal, until it is told to stop.

    Without --api and --worker both run in one process. /healthz says whether it is alive, /readyz whether it can serve.
    """
    if service not in (*SERVICES, "portal"):
        raise typer.BadParameter(f"There is no service {service}.")
    if api and worker:
        raise typer.BadParameter("Both run together when neither --api nor --worker is given.")
    from deploy.serving import server
    from deploy.serving.options import NotANetwork, NotSeconds, server_options

    try:
        options = server_options(service) | {"host": host, "port": port}
    except NotANetwork as problem:
        raise typer.BadParameter(str(problem)) from None
    module = import_module(f"services.{service}.app")
    alive = server.always
    if service == "portal":
        application = module.build()
    else:
        from deploy.serving.apps import create_app
        from deploy.serving.health import liveness

        settings = module.service.settings_type()
        if not api and settings.rabbitmq_url is None:
            raise typer.BadParameter(f"{service.upper()}_RABBITMQ_URL is not set; only --api runs without it.")
        application = create_app(module.service, settings, api=api or not worker, worker=worker or not api)
        alive = liveness(application)
    gc.freeze()  # what was imported stays: no collection needs to look at it again
    try:
        server.serve(service, application, options, alive, asked=not worker)
    except NotSeconds as problem:
        raise typer.BadParameter(str(problem)) from None


@app.command()
@command
async def migrate() -> None:
    """Bring PostgreSQL and RabbitMQ to what this version needs. Safe to run again.

    In PostgreSQL: databases, roles and tables. In RabbitMQ: the virtual host, a user per process kind with its
    permissions, exchanges, queues and bindings. Needs PORTICO_ADMIN_DATABASE_URL and PORTICO_ADMIN_RABBITMQ_URL, the
    logins of admins, which no running process has.
    """
    from deploy.migrating.broker import migrate_broker
    from deploy.migrating.databases import migrate_databases
    from deploy.rotating.passwords import of_admins

    await of_admins(setting("PORTICO_ADMIN_DATABASE_URL"), broker_admin())
    await migrate_databases(setting("PORTICO_ADMIN_DATABASE_URL"))
    typer.echo("Every database is at its newest revision.")
    for line in await migrate_broker(broker_admin()):
        typer.echo(line)
    typer.echo("Every queue is there.")


@app.command()
@command
async def rotate(
    names: Annotated[list[str] | None, typer.Argument(help="Secrets, as docker-compose.yml names them.")] = None,
) -> None:
    """Let what is stored follow secrets that have a new value: encrypt it anew, or give it to PostgreSQL or RabbitMQ.
    Without a name, list all secrets.

    Every process has to know the new value by then. Safe to run again, and while everything runs.
    """
    from deploy.cli.rotating import list_secrets, rotate_secrets

    if names:
        await rotate_secrets(names)
    else:
        list_secrets()


@app.command()
@command
async def init(
    provider: Annotated[str, typer.Option(help="The company that runs this installation.")],
    slug: Annotated[str, typer.Option(help="Its name in URLs.")],
    admin: Annotated[str, typer.Option(help="The e-mail address of its first admin.")],
    admin_name: Annotated[str, typer.Option(help="That person's name.")],
    locale: Annotated[str, typer.Option(help="The language of mails and documents, with a region.")] = "en-US",
) -> None:
    """Create the provider and its first admin, and print that person's first sign-in link.

    Does nothing if there is a provider. Later links come by mail; `portico sign-in-link` prints one while no mail can
    be sent.
    """
    from deploy.cli.initialising import initialise
    from deploy.cli.signing_in import show_sign_in_link
    from shared.clock import Clock
    from shared.language import TAGS

    if locale not in TAGS:
        raise typer.BadParameter(f"There is no language {locale}; there are {', '.join(TAGS)}.")
    if await initialise(provider, slug, locale, admin, admin_name, Clock().now()):
        typer.echo(f"{provider} is there, and {admin_name} is its first admin.")
        await show_sign_in_link(admin)
    else:
        typer.echo("This installation has its provider; nothing was changed.")


@app.command()
@command
async def sign_in_link(
    address: Annotated[str, typer.Argument(help="The e-mail address of an admin of the provider.")],
) -> None:
    """Print a sign-in link and its code, for an admin of the provider: to come in while no mail can be sent.

    Both are needed, work once, and for ten minutes. Whoever sees them can sign in as that person.
    """
    from deploy.cli.signing_in import show_sign_in_link

    await show_sign_in_link(address)


@app.command()
@command
async def mail_dns() -> None:
    """Print the DNS records of the domains that mails are sent from: the key of their signatures (DKIM), and examples
    for SPF and DMARC.

    It reads the settings of notifications, and asks and changes nothing.
    """
    from pydantic import ValidationError

    from deploy.cli.mail_dns import records_of
    from services.notifications.settings import Settings

    try:
        settings = Settings()  # from the environment
    except ValidationError as wrong:
        said = [f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in wrong.errors(include_input=False)]
        raise OperatorError("The settings of notifications: " + "; ".join(said)) from None
    for line in records_of(settings):
        typer.echo(line)


@app.command()
def demo() -> None:
    """Run everything on this machine with made-up companies, until Ctrl-C. `make demo` prepares Python before."""
    from deploy.local.demo import main

    main()


@app.command()
@command
async def load_demo(
    url: Annotated[str, typer.Option(help="Where the portal or the gateway is reached.")] = "http://localhost:8000",
    mail_url: Annotated[str, typer.Option(help="Where the mail catcher's page is.")] = "http://localhost:8025",
) -> None:
    """Fill an empty, running demo with made-up companies and their history of two and a half months.

    It uses the public APIs, and reads sign-in codes from the mail catcher. `make demo` runs it.
    """
    from deploy.demo.loading import load
    from deploy.environment import demo_clock_file

    if await load(url, mail_url, demo_clock_file()):
        typer.echo("The demo is loaded.")
    else:
        typer.echo("This installation has its provider; nothing was changed.")


@app.command()
@command
async def verify(
    patience: Annotated[int, typer.Option(help="For so many seconds an event may be on its way.")] = 60,
) -> None:
    """Check the invariants: no event lost between services, every invoice adds up, the audit chain is intact.

    Exits with 1 and lists what is violated. Run it after a restore, and from a timer.
    """
    from deploy.cli.verifying import verify_everything

    problems = await verify_everything(timedelta(seconds=patience))
    for problem in problems:
        typer.secho(problem, fg=typer.colors.RED)
    if problems:
        raise typer.Exit(1)
    typer.echo("Everything holds.")


@app.command()
@command
async def mend() -> None:
    """Make copies agree with their owners again, after databases came from different moments or somebody forged events.

    Workspaces that only copies know are taken back, with their numbers; identity's word about all others is told again;
    people without an account are forgotten; events that a service has not seen are published again. It changes nothing
    where `portico verify` finds nothing.
    """
    from deploy.cli.mending import mend as mend_everything

    for line in await mend_everything():
        typer.echo(line)
    typer.echo("Run `portico verify` in a minute: it names what is left for you to decide.")


@app.command()
def version() -> None:
    """Print the version."""
    typer.echo(f"portico {portico_version()}")
