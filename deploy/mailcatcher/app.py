"""The page that shows every mail, and the JSON API that tests read."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request
from fastapi.responses import FileResponse, HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pydantic import BaseModel

from deploy.mailcatcher.mailbox import Mail, Mailbox
from deploy.mailcatcher.smtp import protocol

HERE = Path(__file__).parent
OWN_FILES_ONLY = "default-src 'none'; style-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'"
A_MAIL = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
)
"""The policy of a mail's page: inline styles, since mail needs them, no scripts, and links that open a new tab."""


router = APIRouter()
templates = Environment(loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined)


class Outage(BaseModel):
    on: bool


def create_app(mailbox: Mailbox, smtp_host: str, smtp_port: int) -> FastAPI:
    @asynccontextmanager
    async def listening(app: FastAPI) -> AsyncIterator[None]:
        loop = asyncio.get_running_loop()
        async with await loop.create_server(lambda: protocol(mailbox), smtp_host, smtp_port):
            yield

    app = FastAPI(title="Portico mail catcher", lifespan=listening, docs_url=None, redoc_url=None)
    app.state.mailbox = mailbox
    app.include_router(router)
    return app


def _mailbox(request: Request) -> Mailbox:
    mailbox: Mailbox = request.app.state.mailbox
    return mailbox


def _mail(id_: UUID, request: Request) -> Mail:
    mail = _mailbox(request).find(id_)
    if mail is None:
        raise HTTPException(404, "There is no such mail.")
    return mail


Box = Annotated[Mailbox, Depends(_mailbox)]
OneMail = Annotated[Mail, Depends(_mail)]


def _page(mailbox: Mailbox, selected: Mail | None) -> HTMLResponse:
    html = templates.get_template("page.html").render(mails=mailbox.mails(), selected=selected)
    return HTMLResponse(html, headers={"Content-Security-Policy": OWN_FILES_ONLY})


@router.get("/", response_class=HTMLResponse)
async def show_mails(mailbox: Box) -> HTMLResponse:
    return _page(mailbox, None)


@router.get("/mails/{id_}", response_class=HTMLResponse)
async def show_mail(mailbox: Box, mail: OneMail) -> HTMLResponse:
    return _page(mailbox, mail)


@router.get("/mails/{id_}/body", response_class=HTMLResponse)
async def show_body(mail: OneMail) -> HTMLResponse:
    """The mail's HTML, for the frame. Its links leave the frame, since the portal refuses to be framed."""
    html = f'<base target="_blank">{mail.html or ""}'
    return HTMLResponse(html, headers={"Content-Security-Policy": A_MAIL, "Referrer-Policy": "no-referrer"})


@router.get("/page.css")
async def show_style() -> FileResponse:
    return FileResponse(HERE / "page.css")


@router.get("/api/messages")
async def list_messages(mailbox: Box, to: str | None = None) -> list[dict[str, Any]]:
    """Every mail, newest first; ``to`` narrows to one recipient."""
    return [_as_json(mail) for mail in mailbox.mails(to)]


@router.delete("/api/messages", status_code=204)
async def delete_messages(mailbox: Box) -> None:
    mailbox.clear()


@router.post("/api/outage")
async def set_outage(body: Outage, mailbox: Box) -> Outage:
    """While on, every mail is refused with a 451, a temporary failure."""
    mailbox.outage = body.on
    return body


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    return {"status": "ok"}


def _as_json(mail: Mail) -> dict[str, Any]:
    """``from`` is that of the header; ``to`` is the recipients of the SMTP envelope."""
    body = mail.model_dump(mode="json")
    return {"from": body.pop("sender"), "to": body.pop("recipients"), **body}
