"""The outboxes: events that wait to be published, and published ones that can be published again."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import typer

from deploy.cli.running import AnyService, OneService, command, database_of
from deploy.cli.telling import tell
from deploy.environment import SERVICES

app = typer.Typer(no_args_is_help=True, help="The outboxes: events saved with the change that caused them.")

_STATUS = """
SELECT count(*) FILTER (WHERE published_at IS NULL) AS waiting,
       count(*) FILTER (WHERE published_at IS NOT NULL) AS kept,
       extract(epoch FROM clock_timestamp() - min(created_at) FILTER (WHERE published_at IS NULL)) AS oldest
FROM outbox
"""
_AGAIN = """
WITH again AS (
    UPDATE outbox SET published_at = NULL
    WHERE published_at IS NOT NULL AND ($1::timestamptz IS NULL OR created_at >= $1)
      AND ($2::text IS NULL OR routing_key = $2) AND ($3::uuid IS NULL OR event_id = $3)
    RETURNING 1
)
SELECT count(*) FROM again
"""


@app.command()
@command
async def status(service: AnyService = None) -> None:
    """Show how many events wait, and since when. More than a minute means that the broker or the relay is down."""
    typer.echo(f"{'service':<15}{'waiting':>9}{'oldest':>10}{'kept':>9}")
    for name in [service] if service else SERVICES:
        async with database_of(name) as database:
            [(waiting, kept, oldest)] = await database.fetch(_STATUS)
        age = f"{oldest:.0f} s" if oldest is not None else "-"
        typer.echo(f"{name:<15}{waiting:>9}{age:>10}{kept:>9}")


@app.command()
@command
async def replay(
    service: OneService,
    since: Annotated[datetime | None, typer.Option(help="Events saved at this UTC time or later.")] = None,
    event: Annotated[str | None, typer.Option(help="Only events of this name, such as billing.invoice_issued.")] = None,
    event_id: Annotated[UUID | None, typer.Option(help="Only this one event.")] = None,
) -> None:
    """Publish stored events again. Listeners that have handled one skip it, so this is always safe.

    Rows are stored for 7 days. Give at least one of --since, --event and --event-id.
    """
    if since is None and event is None and event_id is None:
        raise typer.BadParameter("Say which: --since, --event or --event-id.")
    asked = {"--since": since and since.isoformat(), "--event": event, "--event-id": event_id}
    given = [each for name, value in asked.items() if value is not None for each in (name, value)]
    await tell("outbox replay", "--service", service, *given)
    async with database_of(service) as database:
        count = await database.fetchval(_AGAIN, since, event, event_id)
        await database.execute("NOTIFY outbox")
    typer.echo(f"{count} events of {service} go out again.")
