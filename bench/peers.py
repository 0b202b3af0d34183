"""What the list of invoices is compared with, served by the same uvicorn: a static response, and the same list by a
bare FastAPI and asyncpg endpoint, which verifies the token and looks up one membership."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from typing import Annotated, Any
from uuid import UUID

import asyncpg
import httpx
import typer
import uvicorn
from fastapi import FastAPI, Header, HTTPException, Request, Response
from joserfc import jwt
from joserfc.jwk import KeySet
from pydantic import BaseModel

MEMBERSHIP = "SELECT role FROM access_grants WHERE user_id = $1 AND workspace_id = $2"
PAGE = """
SELECT id, bill_group_id, number, status, issued_on, due_on, currency, total_minor, paid_minor
FROM invoices WHERE workspace_id = $1 ORDER BY issued_on DESC, number DESC LIMIT $2
"""


class InvoiceRead(BaseModel):
    id: UUID
    bill_group_id: UUID
    number: str
    status: str
    issued_on: date
    due_on: date
    currency: str
    total_minor: int
    paid_minor: int


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with httpx.AsyncClient(base_url=os.environ["PORTICO_IDENTITY_URL"]) as identity:
        app.state.keys = KeySet.import_key_set((await identity.get("/api/identity/keys")).json())
    async with asyncpg.create_pool(os.environ["BILLING_WORKER_DATABASE_URL"], min_size=6, max_size=6) as pool:
        app.state.pool = pool
        yield


app = FastAPI(lifespan=lifespan)


@app.get("/readyz")
async def is_ready() -> dict[str, str]:
    return {"status": "ready"}


@app.get("/static")
async def give_static() -> Response:
    return Response(b'{"items":[],"next":null}', media_type="application/json")


@app.get("/invoices", response_model=list[InvoiceRead])
async def list_invoices(request: Request, authorization: Annotated[str, Header()], limit: int = 50) -> list[Any]:
    claims = jwt.decode(authorization.removeprefix("Bearer "), request.app.state.keys, algorithms=["Ed25519"]).claims
    async with request.app.state.pool.acquire() as connection:
        if not await connection.fetchrow(MEMBERSHIP, UUID(claims["sub"]), UUID(claims["ws"])):
            raise HTTPException(403)
        rows = await connection.fetch(PAGE, UUID(claims["ws"]), limit)
    return [dict(row) for row in rows]


def main(port: int = 8000) -> None:
    uvicorn.run(app, port=port, access_log=False, log_level="warning")


if __name__ == "__main__":
    typer.run(main)
