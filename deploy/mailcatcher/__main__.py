"""`python -m deploy.mailcatcher`: SMTP on one port, the page on another."""

from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from deploy.mailcatcher.app import create_app
from deploy.mailcatcher.mailbox import Mailbox


def serve(
    smtp_port: Annotated[int, typer.Option(help="Where mail comes in.")] = 2525,
    page_port: Annotated[int, typer.Option(help="Where the page and its JSON are.")] = 8025,
    host: str = "127.0.0.1",
    keep: Annotated[Path | None, typer.Option(help="A file that keeps the mails over a restart.")] = None,
) -> None:
    """Accept every mail, deliver none, and show them all."""
    app = create_app(Mailbox(keep), host, smtp_port)
    uvicorn.run(app, host=host, port=page_port, log_level="warning", access_log=False)


typer.run(serve)
